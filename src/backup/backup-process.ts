import { DomainError } from '../lib/errors.ts';
import type { BackupFault, BackupMade, BackupOrder } from './backup-order.ts';

export interface BackupProcessOptions {
  /** What starts didar: `selfCommand()`; `archive` is added. */
  readonly command: readonly string[];
  /** The child's whole environment. */
  readonly env: Readonly<Record<string, string>>;
}

export interface BackupProcesses {
  /** A backup as it is made; it fails when the child does. What is not read to its end ends the child. */
  stream(order: Omit<BackupOrder, 'save'>): Promise<ReadableStream<Uint8Array>>;
  /** Makes a file of it. */
  save(order: Required<BackupOrder>, signal: AbortSignal): Promise<BackupMade>;
  /** Ends those under way. */
  stop(): void;
}

/**
 * Makes backups in a process of its own: SQLite copies in one go, for as long as that takes, and compressing takes a
 * core. The daemon answers people meanwhile.
 */
export function createBackupProcesses({ command, env }: BackupProcessOptions): BackupProcesses {
  const children = new Set<() => void>();

  function start(order: BackupOrder) {
    const child = Bun.spawn([...command, 'archive'], {
      env: { ...env },
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      detached: true,
    });
    // Its standard input stays open as long as it is wanted: when we die, it ends.
    child.stdin.write(`${JSON.stringify(order)}\n`);
    void child.stdin.flush();
    const end = () => void child.stdin.end();
    children.add(end);
    const said = new Response(child.stderr).text();
    const ended = child.exited.then(async (code) => {
      children.delete(end);
      if (code !== 0) throw faultOf(await said);
    });
    ended.catch(() => undefined);
    return { child, end, ended };
  }

  return {
    async stream(order) {
      const { child, end, ended } = start(order);
      const reader = child.stdout.getReader();
      // Before there is an answer: what can't even begin is told as an error.
      let next = await reader.read();
      if (next.done) await ended;
      return new ReadableStream<Uint8Array>({
        async pull(controller) {
          if (next.done) {
            await ended;
            controller.close();
            return;
          }
          controller.enqueue(next.value);
          next = await reader.read();
        },
        cancel: end,
      });
    },

    async save(order, signal) {
      const { child, end, ended } = start(order);
      signal.addEventListener('abort', end, { once: true });
      try {
        const text = await new Response(child.stdout).text();
        await ended;
        return JSON.parse(text) as BackupMade;
      } finally {
        signal.removeEventListener('abort', end);
      }
    },

    stop() {
      for (const end of children) end();
    },
  };
}

function faultOf(said: string): DomainError {
  const last = said.trimEnd().split('\n').at(-1) ?? '';
  try {
    const { code, message, fix } = JSON.parse(last) as BackupFault;
    return new DomainError(code, message, fix === undefined ? {} : { fix });
  } catch {
    return new DomainError('backup_failed', 'The backup could not be made.', {
      fix: "Look into the server's log, and make it again.",
      cause: new Error(said.slice(-2000)),
    });
  }
}
