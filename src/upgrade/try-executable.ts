import { DomainError } from '../lib/errors.ts';

/** What the executable says of a copy of the database that it has migrated. */
export interface TriedMigration {
  readonly from: number;
  readonly to: number;
  readonly migrations: readonly string[];
}

export interface TryOptions {
  readonly path: string;
  readonly version: string;
  /** `--config FILE` and the like, for `config check`. */
  readonly configArgs: readonly string[];
  /** A copy of the database, which it may change; undefined where there is none. */
  readonly databaseCopy: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Has a new executable tell its version, read this server's configuration and migrate a copy of its database.
 *
 * @throws DomainError `release_unfit` with what it said
 */
export async function tryExecutable(options: TryOptions): Promise<TriedMigration | undefined> {
  const { path, version, configArgs, databaseCopy, env } = options;
  const run = (what: string, args: readonly string[]) => ask(path, args, env, what);
  const said = await run('it does not run here', ['version', '--json']);
  const found = (JSON.parse(said) as { didar?: unknown }).didar;
  if (found !== version) throw unfit(`it is ${String(found)}, and was released as ${version}`);
  await run('it does not accept this configuration', ['config', 'check', ...configArgs]);
  if (databaseCopy === undefined) return undefined;
  return JSON.parse(await run("it can't take over the database", ['migrate', databaseCopy]));
}

async function ask(
  path: string,
  args: readonly string[],
  env: TryOptions['env'],
  what: string,
): Promise<string> {
  try {
    const child = Bun.spawn([path, ...args], { env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const [text, errors, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    if (code === 0) return text;
    throw unfit(`${what}: ${errors.trim() || `it ended with ${code}`}`);
  } catch (error) {
    throw error instanceof DomainError ? error : unfit(`${what}: ${String(error)}`);
  }
}

const unfit = (why: string) =>
  new DomainError('release_unfit', `The new didar can't be used: ${why}`, {
    fix: 'Nothing was changed. Mend what it says, or take another version.',
  });
