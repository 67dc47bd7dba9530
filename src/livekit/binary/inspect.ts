import { constants } from 'node:fs';
import { access, open, readFile, realpath, stat } from 'node:fs/promises';
import { DomainError } from '../../lib/errors.ts';

/** ELF header (elf(5)): the magic number at 0, e_machine as a little-endian word at 18. */
const ELF_MAGIC = '\u007fELF';
const MACHINES: Readonly<Record<number, string>> = {
  62: 'x64',
  183: 'arm64',
  40: 'arm',
  3: 'ia32',
  243: 'riscv64',
};

const FIX_PATH = 'set livekit.binary to a livekit-server, or remove the key to use the bundled one';

/**
 * Makes sure that a file can be run on this machine, before anything tries to.
 * Errors: `binary_missing`, `binary_not_executable`, `binary_wrong_architecture`, `binary_noexec`, each with its fix.
 */
export async function inspectBinary(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) {
    throw new DomainError('binary_missing', `there is no livekit-server at ${path}`, { fix: FIX_PATH });
  }
  const machine = await machineOf(path);
  if (machine !== undefined && machine !== process.arch) {
    throw new DomainError(
      'binary_wrong_architecture',
      `${path} is for ${machine}, this machine is ${process.arch}`,
      {
        fix: `take the livekit-server for linux ${process.arch}; ${FIX_PATH}`,
      },
    );
  }
  if (await isOnNoexecMount(path)) {
    throw new DomainError('binary_noexec', `${path} lies on a filesystem mounted noexec`, {
      fix: 'put the data directory (or livekit.binary) on another filesystem, or remount it with exec',
    });
  }
  await access(path, constants.X_OK).catch((cause: unknown) => {
    throw new DomainError('binary_not_executable', `${path} may not be executed`, {
      fix: `chmod +x ${path}`,
      cause,
    });
  });
}

/** The architecture of an ELF file as Node names it; undefined when it is a script or can't be read. */
async function machineOf(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return undefined;
  try {
    const header = Buffer.alloc(20);
    const { bytesRead } = await file.read(header, 0, header.length, 0);
    if (bytesRead < header.length || header.toString('latin1', 0, 4) !== ELF_MAGIC) return undefined;
    const machine = header.readUInt16LE(18);
    return MACHINES[machine] ?? `machine type ${machine}`;
  } finally {
    await file.close();
  }
}

async function isOnNoexecMount(path: string): Promise<boolean> {
  const mounts = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return isNoexec(await realpath(path), mounts);
}

/** Whether the mount that holds `path` is noexec, by /proc/self/mountinfo (proc_pid_mountinfo(5)). */
export function isNoexec(path: string, mountinfo: string): boolean {
  let best = { point: '', noexec: false };
  for (const line of mountinfo.split('\n')) {
    const [, , , , escaped = '', options = ''] = line.split(' ');
    const point = escaped.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(parseInt(octal, 8)),
    );
    const holds = point !== '' && (path === point || path.startsWith(point === '/' ? '/' : `${point}/`));
    // a later mount on the same point hides an earlier one
    if (holds && point.length >= best.point.length) {
      best = { point, noexec: options.split(',').includes('noexec') };
    }
  }
  return best.noexec;
}
