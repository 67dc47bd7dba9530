import { timingSafeEqual } from 'node:crypto';
import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { writeFileAtomic } from '../../lib/atomic-file.ts';
import { hashSecret, newSetupCode, SETUP_CODE } from '../../lib/ids.ts';

export interface SetupCode {
  /** Makes the code, or reads the one of an earlier start; without need of one, removes what is left of it. */
  prepare(needed: boolean): Promise<void>;
  /** The code as long as it is good for something. */
  current(): string | undefined;
  accepts(code: string): boolean;
  /** There is an admin now: the code is good for nothing any more, and its file goes before anyone is answered. */
  spend(): void;
}

/** The one-time code with which the first admin makes itself, in a file that only the server's user can read. */
export function createSetupCode(path: string): SetupCode {
  let code: string | undefined;

  function spend(): void {
    code = undefined;
    rmSync(path, { force: true });
  }

  return {
    async prepare(needed) {
      if (!needed) return spend();
      const kept = await readKept(path);
      code = kept ?? newSetupCode();
      if (!kept) await writeFileAtomic(path, `${code}\n`);
    },
    current: () => code,
    accepts(given) {
      if (code === undefined) return false;
      const typed = given.trim().toLowerCase();
      return timingSafeEqual(Buffer.from(hashSecret(typed)), Buffer.from(hashSecret(code)));
    },
    spend,
  };
}

/** The code of an earlier start, if the file holds one. */
async function readKept(path: string): Promise<string | undefined> {
  try {
    const text = (await readFile(path, 'utf8')).trim();
    return SETUP_CODE.test(text) ? text : undefined;
  } catch {
    return undefined; // not there, or not readable: a new one takes its place
  }
}
