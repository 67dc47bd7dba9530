/**
 * The invitation that this page was opened with. It comes in the fragment, which reaches no server's log; from there
 * it moves to this browser session, so that the address can be shown around and a reload still has it.
 */
export function takeInvite(room: string): string | undefined {
  const key = `didar.invite.${room}`;
  const given = new URLSearchParams(location.hash.slice(1)).get('invite');
  if (given !== null) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, '', location.pathname);
  }
  return sessionStorage.getItem(key) ?? undefined;
}
