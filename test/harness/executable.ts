import { existsSync } from 'node:fs';
import { livekitBinary } from '../fixtures/livekit.ts';

export const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');

/** How the tests run Didar: `DIDAR_BINARY`, else `dist/didar`; with `DIDAR_FROM_SOURCE=1` the sources under Bun. */
export function didarCommand(): readonly string[] {
  if (process.env.DIDAR_FROM_SOURCE === '1') return [process.execPath, `${ROOT}/src/main.ts`];
  const binary = process.env.DIDAR_BINARY ?? `${ROOT}/dist/didar`;
  if (!existsSync(binary))
    throw new Error(`${binary} is missing: run ./scripts/build, or set DIDAR_FROM_SOURCE=1`);
  return [binary];
}

/** An environment without what the developer's own holds for Didar and LiveKit. */
export function cleanEnvironment(
  home: string,
  added: Readonly<Record<string, string | undefined>> = {},
): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DIDAR_|LIVEKIT_|XDG_|NODE_ENV$)/.test(name),
  );
  const own: Record<string, string | undefined> = {
    HOME: home,
    XDG_RUNTIME_DIR: home,
    XDG_DATA_HOME: `${home}/data`,
    XDG_CONFIG_HOME: `${home}/config`,
    NO_COLOR: '1',
  };
  if (process.env.DIDAR_FROM_SOURCE === '1') own.LIVEKIT_SERVER = livekitBinary();
  return { ...Object.fromEntries(kept), ...own, ...added };
}
