import { open } from 'node:fs/promises';
import type { Conflict, RuleFacts } from './rule.ts';

/** The files that the configuration names are there and can be read by this user. */
export async function checkFiles({ config }: RuleFacts): Promise<readonly Conflict[]> {
  const { tls } = config.server;
  const files: readonly (readonly [string, string | undefined])[] = [
    ['server.tls.cert', tls.mode === 'files' ? tls.cert : undefined],
    ['server.tls.key', tls.mode === 'files' ? tls.key : undefined],
    ['livekit.configPath', config.livekit.configPath],
  ];
  const checked = await Promise.all(
    files.map(([key, path]) => (path === undefined ? [] : checkFile(key, path))),
  );
  return checked.flat();
}

async function checkFile(key: string, path: string): Promise<readonly Conflict[]> {
  const conflict = (problem: string, fix: string) => [{ key, problem: `${key} ${problem}: ${path}`, fix }];
  try {
    const file = await open(path, 'r');
    try {
      return (await file.stat()).isFile() ? [] : conflict('is not a file', 'name a file');
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return conflict('does not exist', 'name a file that does');
    return conflict(`can't be read (${code})`, 'let the user that runs didar read it');
  }
}
