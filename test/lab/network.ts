import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

/** Documentation addresses (RFC 5737, RFC 3849): public-looking, and nobody's. */
export const SERVER = { ipv4: '203.0.113.1', ipv6: '2001:db8:113::1', name: 'meet.example.org' };
/** Of another network: livekit's log hides the end of an address, and both would look the same. */
const CLIENT = { ipv4: '198.51.100.2', ipv6: '2001:db8:51::2' };
/** The server's own address where a router stands before it. */
const PRIVATE = { server: '10.77.0.2', router: '10.77.0.1' };
const COMMANDS = ['ip', 'nft'];
const SYSTEM_PATH = `${process.env.PATH}:/usr/sbin:/sbin`;

/** Why there can be no lab on this machine; undefined where there can. */
export function labMissing(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root';
  const missing = COMMANDS.filter((command) => !Bun.which(command, { PATH: SYSTEM_PATH }));
  if (missing.length > 0) return `needs ${missing.join(' and ')}`;
  return succeeds(['unshare', '--net', 'true']) ? undefined : 'needs network namespaces';
}

/** Whether the kernel can delay and lose packets; some are built without. */
export function hasNetem(): boolean {
  const onLoopback = 'ip link set lo up && tc qdisc add dev lo root netem delay 1ms';
  return succeeds(['unshare', '--net', 'sh', '-c', onLoopback]);
}

type Host = 'server' | 'router' | 'client';

/**
 * How the two hosts are joined: over IPv4 and IPv6, over IPv6 alone, with a router that translates, or over IPv4
 * alone with a private address of the server's before its public one, as some clouds give.
 */
export type Joined = 'directly' | 'ipv6' | 'nat' | 'private-first';

export interface Lab {
  /** What a command begins with to run on one of the hosts. */
  on(host: Host): readonly string[];
  /** Replaces what the client's firewall does to what leaves it: nft statements, after loopback. */
  firewall(...rules: readonly string[]): void;
  /** Delay and loss of what leaves the server, in the words of tc-netem(8). */
  impair(...netem: readonly string[]): void;
  close(): void;
}

let serial = 0;

/** Hosts in namespaces of their own; the server's name leads to it from both. */
export function createLab(joined: Joined = 'directly'): Lab {
  const id = `${process.pid}${serial++}`;
  const hosts: readonly Host[] = joined === 'nat' ? ['server', 'router', 'client'] : ['server', 'client'];
  const named = (host: Host) => `didar-${host}-${id}`;
  const on = (host: Host) => ['ip', 'netns', 'exec', named(host)];
  const ip = (host: Host, ...args: string[]) => run([...on(host), 'ip', ...args]);
  const nft = (host: Host, ...lines: readonly string[]) => run([...on(host), 'nft', lines.join('\n')]);

  function addHost(host: Host): void {
    run(['ip', 'netns', 'add', named(host)]);
    const files = `/etc/netns/${named(host)}`;
    mkdirSync(files, { recursive: true });
    const address = joined === 'ipv6' ? SERVER.ipv6 : SERVER.ipv4;
    writeFileSync(`${files}/hosts`, `127.0.0.1 localhost\n::1 localhost\n${address} ${SERVER.name}\n`);
    writeFileSync(`${files}/resolv.conf`, '');
    // An address that is still being tested for duplicates comes up later, and Chromium drops what it is loading.
    run([
      ...on(host),
      'sysctl',
      '-qw',
      'net.ipv6.conf.all.accept_dad=0',
      'net.ipv6.conf.default.accept_dad=0',
    ]);
    ip(host, 'link', 'set', 'lo', 'up');
  }

  /** A cable; its ends are called after the host at the other one. */
  function connect(one: Host, other: Host): void {
    const ends = [`da${id}`, `db${id}`] as const;
    run(['ip', 'link', 'add', ends[0], 'type', 'veth', 'peer', 'name', ends[1]]);
    for (const [end, host, far] of [
      [ends[0], one, other],
      [ends[1], other, one],
    ] as const) {
      run(['ip', 'link', 'set', end, 'netns', named(host), 'name', `to-${far}`]);
      ip(host, 'link', 'set', `to-${far}`, 'up');
    }
  }

  function address(host: Host, to: Host, own: string, via: string): void {
    const family = own.includes(':') ? ['-6'] : [];
    const [bits, extra] = own.includes(':') ? [128, ['nodad']] : [32, []];
    ip(host, ...family, 'addr', 'add', `${own}/${bits}`, 'dev', `to-${to}`, ...extra);
    ip(host, ...family, 'route', 'add', via, 'dev', `to-${to}`);
    if (host !== 'router') ip(host, ...family, 'route', 'add', 'default', 'via', via, 'dev', `to-${to}`);
  }

  for (const host of hosts) addHost(host);
  if (joined === 'nat') {
    connect('server', 'router');
    connect('router', 'client');
    address('server', 'router', PRIVATE.server, PRIVATE.router);
    address('router', 'server', PRIVATE.router, PRIVATE.server);
    address('router', 'client', SERVER.ipv4, CLIENT.ipv4);
    address('client', 'router', CLIENT.ipv4, SERVER.ipv4);
    run([...on('router'), 'sysctl', '-qw', 'net.ipv4.ip_forward=1']);
    nft('router', ...translation());
  } else {
    connect('server', 'client');
    if (joined === 'private-first') ip('server', 'addr', 'add', `${PRIVATE.server}/32`, 'dev', 'to-client');
    if (joined !== 'private-first') {
      address('server', 'client', SERVER.ipv6, CLIENT.ipv6);
      address('client', 'server', CLIENT.ipv6, SERVER.ipv6);
    }
    if (joined !== 'ipv6') {
      address('server', 'client', SERVER.ipv4, CLIENT.ipv4);
      address('client', 'server', CLIENT.ipv4, SERVER.ipv4);
    }
  }

  return {
    on,
    firewall: (...rules) =>
      nft(
        'client',
        'table inet lab',
        'delete table inet lab',
        'table inet lab {',
        'chain output {',
        'type filter hook output priority 0; policy accept;',
        'oifname lo accept',
        'meta l4proto ipv6-icmp accept',
        ...rules,
        '}',
        '}',
      ),
    impair(...netem) {
      const device = `to-${joined === 'nat' ? 'router' : 'client'}`;
      run([...on('server'), 'tc', 'qdisc', 'replace', 'dev', device, 'root', 'netem', ...netem]);
    },
    close() {
      for (const host of hosts) {
        succeeds(['ip', 'netns', 'del', named(host)]);
        rmSync(`/etc/netns/${named(host)}`, { recursive: true, force: true });
      }
    },
  };
}

/** Everything to the public address goes to the server, also what comes from the server itself (hairpin). */
function translation(): readonly string[] {
  return [
    'table ip nat {',
    'chain prerouting {',
    'type nat hook prerouting priority dstnat;',
    `ip daddr ${SERVER.ipv4} dnat to ${PRIVATE.server}`,
    '}',
    'chain postrouting {',
    'type nat hook postrouting priority srcnat;',
    `ip saddr ${PRIVATE.server} ip daddr ${PRIVATE.server} snat to ${SERVER.ipv4}`,
    `ip saddr ${PRIVATE.server} oifname "to-client" snat to ${SERVER.ipv4}`,
    '}',
    '}',
  ];
}

function run(command: readonly string[]): void {
  const { exitCode, stderr } = spawn(command);
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: ${stderr.toString()}`);
}

function succeeds(command: readonly string[]): boolean {
  return spawn(command).exitCode === 0;
}

function spawn(command: readonly string[]) {
  return Bun.spawnSync([...command], { env: { ...process.env, PATH: SYSTEM_PATH } });
}
