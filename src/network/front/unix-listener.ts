import { chmod, lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { type Clock, systemClock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import type { Logger } from '../../lib/log.ts';
import type { ClientInfo } from './client-info.ts';
import type { Handle } from './contract.ts';
import { startHttpListener, stopListener } from './http-listener.ts';

/** What `sun_path` holds without its closing zero; unix(7). */
const PATH_MAX_BYTES = 107;
const LOCAL: ClientInfo = { address: 'local', transport: 'unix', secure: true };

export interface UnixListenerOptions {
  readonly path: string;
  readonly handle: Handle;
  readonly log: Logger;
  readonly maxBodyBytes?: number;
  readonly clock?: Clock;
}

/**
 * The local way in: whoever may open the socket (mode 0600) is admin. A socket file that a dead server left is
 * removed; one that answers is not.
 *
 * @throws DomainError `socket_in_use`, `socket_path_too_long` or `socket_unusable`.
 */
export async function startUnixListener(
  options: UnixListenerOptions,
): Promise<{ stop(deadlineMs?: number): Promise<void> }> {
  const { path, handle, log, maxBodyBytes = 1024 * 1024, clock = systemClock } = options;
  if (Buffer.byteLength(path) > PATH_MAX_BYTES) {
    throw new DomainError(
      'socket_path_too_long',
      `The socket path is longer than ${PATH_MAX_BYTES} bytes: ${path}`,
      {
        fix: 'Give a shorter one with --socket.',
      },
    );
  }
  await removeStale(path);
  const server = open();
  await chmod(path, 0o600);

  function open() {
    try {
      return startHttpListener({ listen: { unix: path }, clientOf: () => LOCAL, handle, log, maxBodyBytes });
    } catch (error) {
      throw unusable(path, error);
    }
  }

  return {
    async stop(deadlineMs = 0) {
      await stopListener(server, clock, deadlineMs);
      await unlink(path).catch(ignoreMissing);
    },
  };
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(ignoreMissing);
  if (found === undefined) return;
  if (!found.isSocket()) throw unusable(path, new Error('it is a file of another kind'));
  if (await answers(path)) {
    throw new DomainError('socket_in_use', `Another server answers on ${path}.`, {
      fix: 'Stop it (systemctl stop didar), or give this one another --socket and data directory.',
    });
  }
  await unlink(path).catch(ignoreMissing);
}

/** Whether somebody accepts connections on a socket; a refusal means that its server is gone. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' || error.code === 'ENOENT') resolve(false);
      else reject(unusable(path, error));
    });
  });
}

function unusable(path: string, cause: unknown): DomainError {
  return new DomainError('socket_unusable', `Cannot listen on ${path}: ${messageOf(cause)}.`, {
    cause,
    fix: 'Check the directory and who owns it, or give another path with --socket.',
  });
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
