import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';

const PINNED = `${import.meta.dir}/requirements.txt`;

/**
 * Schemathesis in a virtual environment of its own, made once for each set of pinned versions and kept beside
 * livekit-server; undefined without a Python that can make one.
 */
export async function provideSchemathesis(): Promise<string | undefined> {
  const version = Bun.hash(await Bun.file(PINNED).text()).toString(36);
  const directory = `${process.env.XDG_CACHE_HOME ?? `${homedir()}/.cache`}/didar/schemathesis/${version}`;
  const program = `${directory}/bin/schemathesis`;
  const finished = `${directory}/.complete`;
  if (existsSync(finished)) return program;
  if (!Bun.which('python3') || !(await run(['python3', '-c', 'import ensurepip, venv'])).ok) return undefined;

  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const pip = [`${directory}/bin/python`, '-m', 'pip', '--disable-pip-version-check', 'install', '--quiet'];
  for (const command of [
    ['python3', '-m', 'venv', directory],
    [...pip, '--no-deps', '--requirement', PINNED],
  ]) {
    const { ok, said } = await run(command);
    if (!ok) throw new Error(`${command.join(' ')} failed: ${said}`);
  }
  // Written last: what was begun and not finished is made anew.
  writeFileSync(finished, '');
  return program;
}

export interface Ran {
  readonly ok: boolean;
  readonly said: string;
}

/** Runs a command to its end; what it says on both outputs. */
export async function run(
  command: readonly string[],
  { cwd, env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<Ran> {
  const child = Bun.spawn([...command], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { ok: code === 0, said: out + err };
}
