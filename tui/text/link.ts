/** Where people join a room. Empty until the server's address is known. */
export function joinLink(serverUrl: string | undefined, room: string): string {
  return serverUrl === undefined ? '' : new URL(`/room/${encodeURIComponent(room)}`, serverUrl).href;
}
