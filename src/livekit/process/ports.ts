import { createSocket, type Socket } from 'node:dgram';
import { createServer, type Server } from 'node:net';
import type { LiveKitConfig } from '../../config/config.ts';
import type { DomainError } from '../../lib/errors.ts';
import { type ListenPlace, listenError } from '../../network/front/listen-error.ts';

/** What livekit-server is going to listen on. Ranges of media and relay ports are opened only when used. */
export function listenPlaces(
  livekit: Pick<LiveKitConfig, 'port' | 'bind' | 'tcpPort' | 'udpPorts' | 'turn'>,
): readonly ListenPlace[] {
  const { port, bind, tcpPort, udpPorts, turn } = livekit;
  return [
    { bind, port, bindKey: 'livekit.bind', portKey: 'livekit.port' },
    { ...ANYWHERE, port: tcpPort, portKey: 'livekit.tcpPort' },
    ...(udpPorts.from === udpPorts.to
      ? [{ ...ANYWHERE, port: udpPorts.from, portKey: 'livekit.udpPorts', protocol: 'udp' as const }]
      : []),
    ...(turn.enabled
      ? [{ ...ANYWHERE, port: turn.udpPort, portKey: 'livekit.turn.udpPort', protocol: 'udp' as const }]
      : []),
  ];
}

const ANYWHERE = { bind: '0.0.0.0', bindKey: 'livekit.bind' };

/**
 * Tries to listen on each place, and lets go of it again: livekit-server itself would only die of it, and can't
 * say who holds the port.
 *
 * @throws DomainError `port_in_use`, `port_forbidden` or `address_unavailable`, with the key to change
 */
export async function assertFree(places: readonly ListenPlace[]): Promise<void> {
  const [first] = await findTaken(places);
  if (first !== undefined) throw first;
}

/** Why each place that can't be listened on can't, as `assertFree` would throw it; empty when all are free. */
export async function findTaken(places: readonly ListenPlace[]): Promise<readonly DomainError[]> {
  const errors = await Promise.all(places.map(tryListening));
  return errors.filter((error) => error !== undefined);
}

async function tryListening(place: ListenPlace): Promise<DomainError | undefined> {
  try {
    await (place.protocol === 'udp' ? bindUdp(place) : listenTcp(place));
    return undefined;
  } catch (error) {
    return listenError(error, place);
  }
}

function listenTcp({ bind, port }: ListenPlace): Promise<void> {
  const server = createServer();
  return opened(server, () => server.listen({ port, host: bind, exclusive: true }));
}

function bindUdp({ bind, port }: ListenPlace): Promise<void> {
  const socket = createSocket(bind.includes(':') ? 'udp6' : 'udp4');
  return opened(socket, () => socket.bind({ port, address: bind, exclusive: true }));
}

function opened(socket: Server | Socket, open: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('listening', () => socket.close(() => resolve()));
    open();
  });
}
