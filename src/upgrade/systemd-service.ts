import { readFile } from 'node:fs/promises';
import { DomainError } from '../lib/errors.ts';
import type { Service } from './service.ts';

/** The unit whose main process this is; undefined where systemd did not start it. */
export async function unitOf(pid: number): Promise<string | undefined> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  const unit = /\/([^/\n]+\.service)$/m.exec(groups)?.[1];
  if (unit === undefined) return undefined;
  const main = await systemctl('show', '--property=MainPID', '--value', unit).catch(() => '');
  return main.trim() === String(pid) ? unit : undefined;
}

/** A server that systemd runs. */
export function systemdService(unit: string): Service {
  return {
    name: unit,
    stop: async () => void (await systemctl('stop', unit)),
    async start() {
      // After a failure systemd may refuse to start it as often as this may need.
      await systemctl('reset-failed', unit).catch(() => '');
      await systemctl('start', '--no-block', unit);
    },
    async failed() {
      const properties = '--property=ActiveState,NRestarts,Result';
      const shown = await systemctl('show', properties, unit);
      const values = Object.fromEntries(
        shown
          .trim()
          .split('\n')
          .map((line) => line.split('=', 2)),
      );
      const isOver = values.ActiveState === 'failed' || Number(values.NRestarts) > 0;
      return isOver ? `systemd says: ${values.Result}; see journalctl -u ${unit}` : undefined;
    },
  };
}

async function systemctl(...args: string[]): Promise<string> {
  const child = Bun.spawn(['systemctl', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [text, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (code === 0) return text;
  throw new DomainError('upgrade_failed', `systemctl ${args.join(' ')} ended with ${code}: ${errors.trim()}`);
}
