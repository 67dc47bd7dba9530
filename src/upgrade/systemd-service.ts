import { readFile } from 'node:fs/promises';
import { type Clock, wait } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { END_LIMIT_MS, type Service, SHOWN_LINES } from './service.ts';

/** The unit in whose group of processes this one is; undefined where systemd did not start it. */
export async function groupOf(pid: number | 'self'): Promise<string | undefined> {
  const groups = await readFile(`/proc/${pid}/cgroup`, 'utf8').catch(() => '');
  return /\/([^/\n]+\.service)$/m.exec(groups)?.[1];
}

/** The unit whose main process this is. */
export async function unitOf(pid: number): Promise<string | undefined> {
  const unit = await groupOf(pid);
  if (unit === undefined) return undefined;
  const main = await systemctl('show', '--property=MainPID', '--value', unit).catch(() => '');
  return main.trim() === String(pid) ? unit : undefined;
}

/** From within a unit that ends: starts it as soon as it has ended, whatever its `Restart=` makes of the end. */
export async function startWhenEnded(unit: string): Promise<void> {
  // a start would become one with the start that has just failed
  await systemctl('restart', '--no-block', unit);
}

/** What systemd calls a unit that has ended; `auto-restart` ones are `activating`. */
const ENDED = /^(inactive|failed)$/;
const POLL_MS = 100;

/** A server that systemd runs. */
export function systemdService(unit: string, clock: Clock): Service {
  /** Where the journal was when it was started last. */
  let cursor: string | undefined;
  /** What it says, and not what systemd says of it. */
  const own = `_SYSTEMD_UNIT=${unit}`;

  return {
    name: unit,
    stop: async () => void (await systemctl('stop', unit)),

    async end() {
      await systemctl('stop', '--no-block', unit);
      for (let waited = 0; ; waited += POLL_MS) {
        const state = await systemctl('show', '--property=ActiveState', '--value', unit);
        if (ENDED.test(state.trim())) return;
        // nothing of it is left to be killed while what the unit runs after it is running
        if (waited >= END_LIMIT_MS)
          await systemctl('kill', '--signal=SIGKILL', '--kill-who=all', unit).catch(() => '');
        await wait(clock, POLL_MS);
      }
    },

    async start() {
      const journal = await journalctl(own, '--lines=0', '--show-cursor');
      cursor = /^-- cursor: (.+)$/m.exec(journal)?.[1];
      // After a failure systemd may refuse to start it as often as this may need.
      await systemctl('reset-failed', unit).catch(() => '');
      await systemctl('start', '--no-block', unit);
    },

    async failed() {
      const properties = '--property=ActiveState,SubState,NRestarts,Result,ExecMainStatus,Job';
      const shown = await systemctl('show', properties, unit);
      const values = Object.fromEntries(
        shown
          .trim()
          .split('\n')
          .map((line) => line.split('=', 2)),
      );
      // it is still to be started
      if (Number(values.Job) > 0 && ENDED.test(values.ActiveState ?? '')) return undefined;
      const isRestarted = values.SubState === 'auto-restart' || Number(values.NRestarts) > 0;
      if (!isRestarted && !ENDED.test(values.ActiveState ?? '')) return undefined;
      // of one that was restarted already systemd tells how the one that runs is
      if (values.Result === 'success' && isRestarted) return 'it ended, and systemd started it again';
      const result = values.Result === 'exit-code' ? `exit code ${values.ExecMainStatus}` : values.Result;
      return `it ended (${result})`;
    },

    async lastWords() {
      const since = cursor === undefined ? [] : [`--after-cursor=${cursor}`];
      await journalctl('--sync');
      return journalctl(own, '--output=cat', `--lines=${SHOWN_LINES}`, '--quiet', ...since);
    },
  };
}

async function systemctl(...args: string[]): Promise<string> {
  const { code, text, errors } = await run('systemctl', args);
  if (code === 0) return text;
  throw new DomainError('upgrade_failed', `systemctl ${args.join(' ')} ended with ${code}: ${errors.trim()}`);
}

/** A machine without a journal has no words to show. */
async function journalctl(...args: string[]): Promise<string> {
  if (Bun.which('journalctl') === null) return '';
  const { code, text } = await run('journalctl', ['--no-pager', ...args]);
  return code === 0 ? text.trim() : '';
}

async function run(name: string, args: readonly string[]) {
  const child = Bun.spawn([name, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [text, errors, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { code, text, errors };
}
