/** Who is at the other end of a connection, as far as the listener knows. */
export interface ClientInfo {
  /** IP address without port or zone; `local` for the unix socket. */
  readonly address: string;
  readonly transport: 'tcp' | 'unix';
  /** Whether the client's own connection was encrypted (by us, or by a trusted proxy that says so). */
  readonly secure: boolean;
}
