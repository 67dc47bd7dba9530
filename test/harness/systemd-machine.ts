import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { type Finished, runProcess, startProcess } from './process.ts';
import { eventually } from './within.ts';

const SYSTEMD = '/lib/systemd/systemd';

/** systemd as pid 1 wants root, its tools, and an overlay over this machine's own files. */
export function mayBootSystemd(): boolean {
  const tools = ['unshare', 'setpriv', 'nsenter', 'pivot_root', 'ip', 'systemctl'];
  if (process.getuid?.() !== 0 || !tools.every((tool) => Bun.which(tool))) return false;
  const trial = 'mount -t tmpfs t /mnt && mkdir /mnt/u /mnt/w /mnt/m && mount -t overlay o /mnt/m';
  const overlay = `${trial} -o lowerdir=/,upperdir=/mnt/u,workdir=/mnt/w && test -x /mnt/m${SYSTEMD}`;
  return (
    Bun.spawnSync(['unshare', '--mount', 'sh', '-c', overlay], { stdout: 'ignore', stderr: 'ignore' })
      .exitCode === 0
  );
}

/** This machine's files, with what is changed kept apart and forgotten; its own processes, network and systemd. */
export interface SystemdMachine {
  run(command: readonly string[]): Promise<Finished>;
  /** A command that must end with 0; its output. */
  ok(...command: readonly string[]): Promise<string>;
  /** What a command of this machine begins with to be in that one's network. */
  network(): Promise<readonly string[]>;
  /** Stops it as systemd does, and boots it again with its files as they are. */
  reboot(): Promise<void>;
  remove(): Promise<void>;
}

/** Boots one; `files` are put into it: from here, by their path there. */
export async function bootSystemd(files: Readonly<Record<string, string>>): Promise<SystemdMachine> {
  const home = mkdtempSync(`${tmpdir()}/didar-machine-`);
  const boot = `${home}/boot`;
  writeFileSync(boot, bootScript(home, files));
  chmodSync(boot, 0o700);
  const holder = startProcess({ command: ['unshare', '--mount', boot], env: process.env });
  const firstChild = async (pid: number | string) =>
    (await Bun.file(`/proc/${pid}/task/${pid}/children`).text()).trim().split(' ')[0] ?? '';
  const pidOfInit = async () => firstChild(await firstChild(holder.pid));

  async function run(command: readonly string[]): Promise<Finished> {
    const inside = ['nsenter', `--target=${await pidOfInit()}`, '--all', ...command];
    return runProcess({ command: inside, env: { PATH: PATH_INSIDE, NO_COLOR: '1' } });
  }

  async function remove(): Promise<void> {
    holder.kill('SIGKILL');
    await holder.exited;
    rmSync(home, { recursive: true, force: true });
  }

  async function isUp(): Promise<boolean> {
    if (holder.exitCode !== null) throw new Error(holder.output());
    const { stdout } = await run(['systemctl', 'is-system-running']);
    return /^(running|degraded)$/.test(stdout.trim());
  }

  try {
    await eventually(isUp, 'systemd to be up');
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    run,
    network: async () => ['nsenter', `--net=/proc/${await pidOfInit()}/ns/net`],
    async reboot() {
      const before = await pidOfInit();
      await run(['systemctl', 'reboot']);
      await eventually(
        async () => ![before, ''].includes(await pidOfInit()) && (await isUp()),
        'systemd to be up again',
      );
    },
    async ok(...command) {
      const { code, stdout, stderr } = await run(command);
      if (code !== 0) throw new Error(`${command.join(' ')}: ${code}\n${stdout}${stderr}`);
      return stdout.trim();
    },
    remove,
  };
}

const PATH_INSIDE = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Other services of this machine's that would start there. */
const WANTED = '/systemd/system/multi-user.target.wants/*';

/** Holds the files, and boots on them until it is killed, which its children do not outlive. */
function bootScript(home: string, files: Readonly<Record<string, string>>): string {
  const copies = Object.entries(files).map(
    ([there, here]) => `mkdir -p $R${dirname(there)} && cp ${here} $R${there}`,
  );
  const spaces = '--pid --mount --uts --ipc --net --cgroup --fork --kill-child';
  return `#!/bin/sh -e
export R=${home}/overlay/root
if [ "$1" != boot ]; then
  mount --make-rprivate /
  O=${home}/overlay
  mkdir -p $O && mount -t tmpfs overlay $O && mkdir $O/up $O/work $R
  mount -t overlay overlay $R -o lowerdir=/,upperdir=$O/up,workdir=$O/work
  rm -rf $R/etc/didar $R/var/lib/didar $R/usr/local/bin/didar $R/etc/systemd/system/didar.service*
  rm -f $R/etc${WANTED} $R/lib${WANTED}
  ${copies.join('\n  ')}
  while :; do setpriv --pdeathsig KILL unshare ${spaces} "$0" boot || true; done
fi
${MOUNTS}
ip link set lo up
cd $R && mkdir -p old && pivot_root . old && umount -l /old
exec env -i container=test PATH=${PATH_INSIDE} ${SYSTEMD} --system --unit=multi-user.target --log-target=journal
`;
}

/**
 * As systemd wants a container (https://systemd.io/CONTAINER_INTERFACE): /sys is read-only, so that nothing touches the
 * machine's devices, and of those there are the harmless ones.
 */
const MOUNTS = `mount -t proc proc $R/proc
mount -t sysfs -o ro sysfs $R/sys
mount -t tmpfs run $R/run
mount -t tmpfs tmp $R/tmp
mount -t tmpfs dev $R/dev
for node in null zero full random urandom tty; do touch $R/dev/$node && mount --bind /dev/$node $R/dev/$node; done
mkdir $R/dev/pts $R/dev/shm && mount -t devpts -o newinstance,ptmxmode=0666 devpts $R/dev/pts
ln -s pts/ptmx $R/dev/ptmx && mount -t tmpfs shm $R/dev/shm
if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
  mount -t cgroup2 cgroup2 $R/sys/fs/cgroup
else
  mount -t tmpfs cgroup $R/sys/fs/cgroup && mkdir $R/sys/fs/cgroup/systemd
  mount -t cgroup -o none,name=systemd cgroup $R/sys/fs/cgroup/systemd
fi`;
