/** A host on a cable to this machine that loses packets; a namespace of its own. */
export interface LossyHost {
  /** What a command begins with to run there. */
  readonly prefix: readonly string[];
  /** This machine's address at its end of the cable. */
  readonly gateway: string;
  /** The name of that end. */
  readonly device: string;
  /** Packets that were lost, so that a test can tell that they were. */
  dropped(): number;
  close(): void;
}

let serial = 0;

/** `oneOf` 10 loses every tenth UDP packet that arrives at the host, at random, and 1 all of them. Of RFC 2544's addresses, nobody's. */
export function createLossyHost(oneOf: number): LossyHost {
  // The kernel takes its time to take the last one away.
  const id = `${process.pid}${serial++}`;
  const name = `didar-lossy-${id}`;
  const [here, there] = [`dl${id}`, 'cable'];
  const [gateway, address] = ['198.18.77.1', '198.18.77.2'];
  const prefix = ['ip', 'netns', 'exec', name];
  run('ip', 'netns', 'add', name);
  run('ip', 'link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name);
  run('ip', 'addr', 'add', `${gateway}/30`, 'dev', here);
  run('ip', 'link', 'set', here, 'up');
  run('ip', '-n', name, 'addr', 'add', `${address}/30`, 'dev', there);
  run('ip', '-n', name, 'link', 'set', there, 'up');
  run('ip', '-n', name, 'link', 'set', 'lo', 'up');
  const rule = `meta l4proto udp numgen random mod ${oneOf} 0 counter drop`;
  const table = ['table ip lossy {', 'chain input {', 'type filter hook input priority 0', rule, '}', '}'];
  run(...prefix, 'nft', table.join('\n'));
  return {
    prefix,
    gateway,
    device: here,
    dropped: () =>
      Number(/counter packets (\d+)/.exec(run(...prefix, 'nft', 'list', 'table', 'ip', 'lossy'))?.[1]),
    close: () => void run('ip', 'netns', 'del', name),
  };
}

function run(...command: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command]);
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
  return stdout.toString();
}
