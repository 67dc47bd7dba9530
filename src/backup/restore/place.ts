import { access, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { BackupHeader } from '../contents.ts';

/** Where a backup goes. All paths are absolute. */
export interface Place {
  readonly dataDir: string;
  readonly recordingDir: string;
  /** Where its configuration file goes; undefined: beside the data, to be looked at, since another one is in use. */
  readonly configPath: string | undefined;
}

/** What there is on this machine already. */
export interface Here {
  /** Of the configuration file in use; undefined where there is none. */
  readonly configPath: string | undefined;
  /** Where one would be looked for first. */
  readonly newConfigPath: string;
  /** By configuration, environment or flag; undefined where none of them names one. */
  readonly dataDir: string | undefined;
  /** By the configuration in use. */
  readonly recordingDir: string;
}

/** A machine with a configuration keeps it, and data goes where that says; an empty one becomes what the old one was. */
export function placeFor(header: BackupHeader, here: Here, usualDataDir: string): Place {
  if (here.configPath !== undefined) {
    return {
      dataDir: here.dataDir ?? usualDataDir,
      recordingDir: here.recordingDir,
      configPath: undefined,
    };
  }
  const dataDir = here.dataDir ?? header.dataDir;
  const inside = relative(header.dataDir, header.recordingDir);
  return {
    dataDir,
    recordingDir: inside.startsWith('..') ? header.recordingDir : resolve(dataDir, inside),
    // It may name the data directory, which then has to be the one that we fill.
    configPath: header.configPath !== null && dataDir === header.dataDir ? here.newConfigPath : undefined,
  };
}

/** Whether a server's data is there already. */
export async function isTaken({ dataDir }: Place): Promise<boolean> {
  return access(join(dataDir, 'didar.db')).then(
    () => true,
    () => false,
  );
}

/** Names in a directory; none where it is missing. */
export async function namesIn(directory: string): Promise<string[]> {
  const isDirectory = (await stat(directory).catch(() => undefined))?.isDirectory() ?? false;
  return isDirectory ? readdir(directory) : [];
}
