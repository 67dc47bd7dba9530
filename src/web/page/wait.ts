const ENDED: Readonly<Record<string, string>> = {
  room_closed: 'The room was closed.',
  room_deleted: 'The room is gone.',
  too_long: 'Nobody let you in for an hour. Join again to wait on.',
};

/**
 * Waits until a moderator lets this person in; a lost connection is taken up again. Rejects with why it came to
 * nothing, in a sentence for the person.
 */
export function waitToBeAdmitted(streamUrl: string, signal: AbortSignal): Promise<void> {
  const stream = new EventSource(streamUrl);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  stream.addEventListener('admitted', () => resolve());
  stream.addEventListener('refused', () => reject(new Error('You were not let in.')));
  stream.addEventListener('ended', ({ data }) => {
    const { reason } = JSON.parse(data) as { reason: string };
    reject(new Error(ENDED[reason] ?? 'You wait no more.'));
  });
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CLOSED)
      reject(new Error('The server knows no more of you. Join again.'));
  });
  signal.addEventListener('abort', () => reject(new Error('You did not wait to be let in.')), { once: true });
  return promise.finally(() => stream.close());
}
