import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { eventually, within } from './within.ts';

let serial = 0;

export interface TerminalOptions {
  readonly command: readonly string[];
  readonly width?: number;
  readonly height?: number;
  /** Added to the environment; `undefined` takes a variable out. `CI` is out already, since it silences Ink. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** A program in a real terminal: tmux, one server of its own for each, so that tests can't meet. */
export interface Terminal {
  /** What stands on the screen, trailing blanks cut. */
  screen(): Promise<string>;
  /** The same with its colours, as escape sequences, and with coloured blanks. */
  colours(): Promise<string>;
  /** tmux key names (`Enter`, `Escape`, `C-c`, `Up`) or single characters. */
  press(...keys: string[]): Promise<void>;
  /** Text as typed, spaces and all. */
  type(text: string): Promise<void>;
  resize(width: number, height: number): Promise<void>;
  /** Waits until the screen shows `text`, and returns the screen. */
  shows(text: string | RegExp, limitMs?: number): Promise<string>;
  /** Waits until it doesn't. */
  hides(text: string | RegExp, limitMs?: number): Promise<string>;
  /** Asks tmux: `alternate_on`, `cursor_flag`, `pane_pid`, `pane_current_command` … */
  ask(format: string): Promise<string>;
  /** The program's exit code, once it has ended; its terminal stays readable. */
  exitCode(): Promise<number>;
  close(): Promise<void>;
}

/** Starts `command` at 80x24 unless told otherwise. */
export async function startTerminal(options: TerminalOptions): Promise<Terminal> {
  const name = `didar-${process.pid}-${++serial}`;
  const directory = mkdtempSync(`${tmpdir()}/didar-tmux-`);
  const { width = 80, height = 24 } = options;
  // The shell outlives the program, so that what it left of the terminal can be looked at.
  const script = `${directory}/run.sh`;
  const assignments = Object.entries({ CI: undefined, ...options.env }).map(([key, value]) =>
    value === undefined ? `unset ${key}` : `export ${key}=${quote(value)}`,
  );
  writeFileSync(
    script,
    [
      ...assignments,
      `cd ${quote(options.cwd ?? process.cwd())}`,
      options.command.map(quote).join(' '),
      `printf %s $? > ${directory}/exit.tmp && mv ${directory}/exit.tmp ${directory}/exit`,
      'exec sleep 3600',
    ].join('\n'),
  );

  async function tmux(...args: string[]): Promise<string> {
    const child = Bun.spawn(['tmux', '-L', name, '-f', '/dev/null', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, TMUX: undefined, TMUX_TMPDIR: directory, LC_ALL: 'C.UTF-8' },
    });
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (code !== 0) throw new Error(`tmux ${args[0]}: ${err.trim()}`);
    return out;
  }

  const clean = (text: string) => text.replace(/[ \t]+$/gm, '').replace(/\n+$/, '');
  const matches = (text: string, wanted: string | RegExp) =>
    typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
  const size = ['-x', String(width), '-y', String(height)];
  await tmux('new-session', '-d', '-s', 'main', ...size, `exec sh ${quote(script)}`);
  await tmux('set-option', '-g', 'status', 'off');
  await tmux('set-option', '-g', 'window-size', 'manual');
  await tmux('resize-window', '-t', 'main', ...size);

  const terminal: Terminal = {
    screen: async () => clean(await tmux('capture-pane', '-p', '-t', 'main')),
    colours: async () => await tmux('capture-pane', '-p', '-e', '-N', '-t', 'main'),
    async press(...keys) {
      await tmux('send-keys', '-t', 'main', ...keys);
    },
    async type(text) {
      await tmux('send-keys', '-t', 'main', '-l', text);
    },
    async resize(newWidth, newHeight) {
      await tmux('resize-window', '-t', 'main', '-x', String(newWidth), '-y', String(newHeight));
    },
    shows: (text, limitMs) => look(text, true, limitMs),
    hides: (text, limitMs) => look(text, false, limitMs),
    ask: async (format) => (await tmux('display-message', '-p', '-t', 'main', `#{${format}}`)).trim(),
    async exitCode() {
      // a Bun.file that was asked before the file was there goes on believing that it is empty
      const file = () => Bun.file(`${directory}/exit`);
      await eventually(() => file().exists(), `the program to end; screen:\n${await terminal.screen()}`);
      return Number(await file().text());
    },
    async close() {
      await tmux('kill-server').catch(() => undefined);
      rmSync(directory, { recursive: true, force: true });
    },
  };

  async function look(text: string | RegExp, wanted: boolean, limitMs = 30_000): Promise<string> {
    let screen = '';
    try {
      await within(
        limitMs,
        async () => {
          screen = await terminal.screen();
          return matches(screen, text) === wanted;
        },
        'the screen',
      );
    } catch {
      throw new Error(`after ${limitMs} ms the screen ${wanted ? 'lacks' : 'still has'} ${text}:\n${screen}`);
    }
    return screen;
  }

  return terminal;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
