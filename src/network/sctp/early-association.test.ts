import { expect, test } from 'bun:test';
import { type Association, keepEarlyAssociation } from './early-association.ts';

/** As werift does it: what starts is connecting, whatever it was, and who waits hears of changes alone. */
function createAssociation(state: string) {
  let tell: ((state: string) => void) | undefined;
  const association = {
    state,
    async start() {
      association.state = 'connecting';
    },
    setConnectionState(next: string) {
      association.state = next;
      tell?.(next);
    },
  };
  const changed = () =>
    new Promise<string>((resolve) => {
      tell = resolve;
    });
  return { association: association satisfies Association, changed };
}

test('an association that stood before it was started is told to who waits for it', async () => {
  const { association, changed } = createAssociation('connected');
  keepEarlyAssociation(association);
  await association.start();
  expect(await changed()).toBe('connected');
});

test('one that has to be made is left to itself', async () => {
  const { association } = createAssociation('new');
  keepEarlyAssociation(association);
  await association.start();
  await new Promise((resolve) => setImmediate(resolve));
  expect(association.state).toBe('connecting');
});
