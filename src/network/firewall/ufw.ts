import type { Packet } from './matching.ts';
import type { Reach } from './verdict.ts';

/** A rule of ufw's that lets everybody in to some ports. */
interface Allowed {
  /** Undefined: both. */
  readonly protocol: Packet['protocol'] | undefined;
  readonly from: number;
  readonly to: number;
}

/** What ufw says of itself. Its rules in the kernel are written with extensions that nft doesn't show. */
export interface Ufw {
  readonly allowed: readonly Allowed[];
  /** Whether it keeps out what no rule lets in. */
  readonly isClosed: boolean;
  /** Whether there are rules whose effect is not judged here: refusals, names of applications. */
  readonly hasOthers: boolean;
}

/** Reads `ufw status verbose`; undefined where ufw keeps no rules, or may not be asked. */
export function parseUfw(text: string): Ufw | undefined {
  if (!/^Status: active$/m.test(text)) return undefined;
  const rows = [...text.matchAll(/^(\S.*?) {2,}(ALLOW|LIMIT|DENY|REJECT)(?: IN)? +(\S.*?) *$/gm)];
  const allowed: Allowed[] = [];
  let hasOthers = false;
  for (const [, ports = '', action = '', source = ''] of rows) {
    const [, from, to, protocol] = /^(\d+)(?::(\d+))?(?:\/(tcp|udp))?$/.exec(ports) ?? [];
    const isForAll = source.replace(/ *#.*$/, '') === 'Anywhere';
    if (from !== undefined && isForAll && /^(ALLOW|LIMIT)$/.test(action)) {
      const last = Number(to ?? from);
      allowed.push({ protocol: protocol as Allowed['protocol'], from: Number(from), to: last });
    } else if (!ports.endsWith('(v6)')) hasOthers = true;
  }
  return { allowed, isClosed: /^Default: (deny|reject) \(incoming\)/m.test(text), hasOthers };
}

/** Whether it lets a packet in to a port. */
export function reachThroughUfw(ufw: Ufw, { protocol, port }: Pick<Packet, 'protocol' | 'port'>): Reach {
  const isAllowed = ufw.allowed.some(
    (rule) => (rule.protocol ?? protocol) === protocol && rule.from <= port && port <= rule.to,
  );
  if (ufw.hasOthers) return isAllowed ? 'open' : 'unclear';
  return isAllowed || !ufw.isClosed ? 'open' : 'closed';
}

/** Asks the ufw of this machine. */
export async function readUfw(): Promise<Ufw | undefined> {
  if (Bun.which('ufw') === null) return undefined;
  const child = Bun.spawn(['ufw', 'status', 'verbose'], {
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'ignore',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return parseUfw(await new Response(child.stdout).text());
}
