/**
 * Bun's own WebSocket client. The types of the DOM, which the meeting page needs, hide its options and its
 * `terminate`.
 */
export const BunWebSocket = WebSocket as unknown as {
  new (url: URL, options: Bun.WebSocketOptions): Bun.WebSocket;
  readonly CONNECTING: number;
  readonly OPEN: number;
  readonly CLOSED: number;
};
