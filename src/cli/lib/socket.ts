import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../lib/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Where a daemon's unix socket may be. */
export interface SocketPlaces {
  /** `--socket`. */
  readonly explicit?: string | undefined;
  /** Absolute path of the data directory, given or by default. */
  readonly dataDir: string;
  /** Whether flag, environment or file name the data directory: then it decides which daemon is meant. */
  readonly isDataGiven: boolean;
  readonly env: Env;
}

const NAME = 'didar.sock';
const SERVICE_SOCKET = join('/run/didar', NAME);

/**
 * Where the daemon listens: in its data directory, so that naming the directory finds it, and where clients look
 * when nothing is named: systemd's runtime directory for the service, else the user's.
 */
export function socketsToListenOn({ explicit, dataDir, isDataGiven, env }: SocketPlaces): string[] {
  if (explicit !== undefined) return [explicit];
  const own = join(dataDir, NAME);
  if (env.RUNTIME_DIRECTORY) return [own, join(env.RUNTIME_DIRECTORY.split(':')[0] ?? '', NAME)];
  return !isDataGiven && env.XDG_RUNTIME_DIR ? [own, userSocket(env.XDG_RUNTIME_DIR)] : [own];
}

/** Where a client looks, in this order. A named data directory is the only place: another daemon is not meant. */
export function socketCandidates({ explicit, dataDir, isDataGiven, env }: SocketPlaces): string[] {
  if (explicit !== undefined) return [explicit];
  const own = join(dataDir, NAME);
  if (isDataGiven) return [own];
  return [SERVICE_SOCKET, ...(env.XDG_RUNTIME_DIR ? [userSocket(env.XDG_RUNTIME_DIR)] : []), own];
}

/**
 * The first candidate that is a daemon's socket and takes connections; undefined when no daemon runs.
 * Errors: `socket_forbidden` when one exists that this user may not open.
 */
export async function findSocket(places: SocketPlaces): Promise<string | undefined> {
  for (const path of socketCandidates(places)) {
    const reached = await reach(path);
    if (reached === 'forbidden') {
      throw new DomainError(
        'socket_forbidden',
        `a didar runs here, but its socket ${path} may not be opened`,
        {
          fix: 'use sudo, or the account that didar runs as',
        },
      );
    }
    if (reached === 'open') return path;
  }
  return undefined;
}

/** Like `findSocket`, but not finding a daemon is the error `daemon_not_running`. */
export async function requireSocket(places: SocketPlaces): Promise<string> {
  const path = await findSocket(places);
  if (path !== undefined) return path;
  throw new DomainError(
    'daemon_not_running',
    `no didar runs here (looked for ${socketCandidates(places).join(', ')})`,
    {
      fix: 'start it with `didar serve` or `systemctl start didar`; for one elsewhere use --url and --token-file',
    },
  );
}

/** A socket file outlives a killed daemon, so only connecting tells whether somebody is there. */
async function reach(path: string): Promise<'open' | 'forbidden' | 'nobody'> {
  try {
    await access(path, constants.R_OK | constants.W_OK);
    const socket = await Bun.connect({ unix: path, socket: { data: () => undefined } });
    socket.end();
    return 'open';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? 'forbidden' : 'nobody';
  }
}

function userSocket(runtimeDir: string): string {
  return join(runtimeDir, 'didar', NAME);
}
