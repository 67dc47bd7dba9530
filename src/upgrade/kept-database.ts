import { chown, constants, copyFile, lstat, open, rename, rm } from 'node:fs/promises';

/** The database of a stopped server as it was before a new version changed its schema. */
export interface KeptDatabase {
  /** Copies it; a clone where the file system can. */
  keep(): Promise<void>;
  /** Puts it back, if it was kept; doing it again after a power cut does no harm, since the copy stays. */
  putBack(): Promise<void>;
  drop(): Promise<void>;
}

const SUFFIX = '.before-upgrade';

/** The one beside `database`. Its log is a part of it: a server that was killed leaves one. */
export function keptDatabase(database: string): KeptDatabase {
  const log = `${database}-wal`;
  const kept = (file: string) => `${file}${SUFFIX}`;

  async function drop(): Promise<void> {
    // the database's copy says that all of it was kept
    for (const file of [database, log]) await rm(kept(file), { force: true });
  }

  return {
    async keep() {
      await drop();
      for (const file of [log, database]) if (await isFile(file)) await copyWhole(file, kept(file));
    },
    async putBack() {
      if (!(await isFile(kept(database)))) return;
      // first what belongs to the database that goes: read with another one it would damage that
      for (const file of [log, `${database}-shm`]) await rm(file, { force: true });
      await copyWhole(kept(database), database);
      if (await isFile(kept(log))) await copyWhole(kept(log), log);
    },
    drop,
  };
}

/** As whole as a rename is. Root may upgrade what runs as another account, which has to be able to write to it again. */
async function copyWhole(from: string, to: string): Promise<void> {
  const temporary = `${to}.copy`;
  const { uid, gid } = await lstat(from);
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await chown(temporary, uid, gid);
    const file = await open(temporary, 'r');
    await file.sync().finally(() => file.close());
    await rename(temporary, to);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** No link: the directory belongs to the account of the service, and who copies may be root. */
async function isFile(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined);
  return found?.isFile() ?? false;
}
