import { output } from '../command.ts';
import { step } from '../step.ts';

interface DebianPackage {
  readonly name: string;
  /** A command that is there when the package is. */
  readonly command: string;
  /** What ends well when the package is there, where the command alone does not tell. */
  readonly works?: readonly string[];
}

/** What tests use and the product does not. */
const PACKAGES: readonly DebianPackage[] = [
  { name: 'tmux', command: 'tmux' },
  { name: 'chromium', command: 'chromium' },
  { name: 'coturn', command: 'turnutils_uclient' },
  { name: 'iproute2', command: 'ip' },
  { name: 'nftables', command: 'nft' },
  { name: 'ffmpeg', command: 'ffprobe' },
  { name: 'redis-server', command: 'redis-server' },
  { name: 'prometheus', command: 'promtool' },
  { name: 'faketime', command: 'faketime' },
  { name: 'python3-venv', command: 'python3', works: ['python3', '-c', 'import ensurepip, venv'] },
];
const INSTALL = ['apt-get', 'install', '--yes', '--no-install-recommends'];

/** Installs what is missing when that is allowed; else names it in one line, and the tests that need it say so too. */
export async function providePackages(): Promise<void> {
  const missing = PACKAGES.filter((each) => !isThere(each)).map(({ name }) => name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !Bun.which('apt-get')) return say(missing);
  // As if the machine were in single-user mode: what is a service is installed, and not started (invoke-rc.d(8)).
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await step(`Debian packages for tests (${missing.join(', ')}): installing`, async () => {
    await output(['apt-get', 'update'], { env });
    await output([...INSTALL, ...missing], { env });
  }).catch(() => say(missing));
}

/** System tools are not on everybody's PATH. */
function isThere({ command, works }: DebianPackage): boolean {
  if (Bun.which(command, { PATH: `${process.env.PATH}:/usr/sbin:/sbin` }) === null) return false;
  return works === undefined || Bun.spawnSync([...works]).success;
}

function say(missing: readonly string[]): void {
  console.error(`some tests need what is not installed: apt install ${missing.join(' ')}`);
}
