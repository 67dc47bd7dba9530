import { DomainError, messageOf } from '../../lib/errors.ts';
import { portHolder } from '../ports/holder.ts';

/** Where we tried to listen, and which keys decide that. */
export interface ListenPlace {
  readonly bind: string;
  readonly port: number;
  readonly bindKey: string;
  readonly portKey: string;
  /** TCP when not given. */
  readonly protocol?: 'tcp' | 'udp';
}

/** The coded error for a failed listen, with who holds the port and the key to change. */
export async function listenError(error: unknown, place: ListenPlace): Promise<DomainError> {
  const { bind, port, bindKey, portKey } = place;
  const options = { cause: error, details: { port, bind, key: portKey } };
  switch (codeOf(error)) {
    case 'EADDRINUSE': {
      const holder = await portHolder(port, place.protocol);
      const by = holder === undefined ? 'another process' : `${holder.name} (pid ${holder.pid})`;
      return new DomainError(
        'port_in_use',
        `${place.protocol === 'udp' ? 'UDP port' : 'Port'} ${port} is in use by ${by}.`,
        {
          ...options,
          fix: `Stop it, or set ${portKey} to a free port.`,
        },
      );
    }
    case 'EACCES':
    case 'EPERM':
      return new DomainError('port_forbidden', `Port ${port} may not be opened by this user.`, {
        ...options,
        fix: `Give the executable CAP_NET_BIND_SERVICE (the service unit does), run as root, or set ${portKey} to 1024 or above.`,
      });
    case 'EADDRNOTAVAIL':
      return new DomainError('address_unavailable', `This machine has no address ${bind}.`, {
        ...options,
        fix: `Set ${bindKey} to 0.0.0.0, or to an address that "ip addr" shows.`,
      });
    default:
      return new DomainError('listen_failed', `Cannot listen on ${bind} port ${port}: ${messageOf(error)}.`, {
        ...options,
        fix: `Check ${bindKey} and ${portKey}.`,
      });
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
