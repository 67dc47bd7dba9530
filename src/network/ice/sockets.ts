import type { Socket } from 'node:dgram';

/** As much of a socket as is used; TURN over TCP has another kind. */
export type IceSocket = Partial<Pick<Socket, 'setRecvBufferSize' | 'listenerCount' | 'on'>>;

/** They stand nowhere in werift's types. */
interface WithSockets {
  readonly protocols?: readonly { readonly transport?: { readonly socket?: IceSocket } }[];
}

/**
 * The sockets of one of werift's ICE connections, to be called once they are opened. werift listens to no error of
 * theirs, so that a packet that is refused (ECONNREFUSED: the other end has closed its port) would end the process;
 * here it is let pass, since ICE notices by itself that nothing answers.
 */
export function survivingSockets(connection: object): IceSocket[] {
  const { protocols = [] } = connection as WithSockets;
  const sockets = protocols.flatMap(({ transport }) => transport?.socket ?? []);
  for (const socket of sockets) {
    if (socket.listenerCount?.('error') === 0) socket.on?.('error', () => undefined);
  }
  return sockets;
}
