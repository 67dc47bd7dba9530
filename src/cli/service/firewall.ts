import type { Packet } from '../../network/firewall/matching.ts';
import type { Chain, Ruleset } from '../../network/firewall/ruleset.ts';
import { reachThrough } from '../../network/firewall/verdict.ts';
import type { Machine } from './machine.ts';
import { type PublicPort, showPort } from './ports.ts';
import type { Step } from './step.ts';

export interface FirewallPlan {
  /** Who keeps the rules; undefined where nothing is closed. */
  readonly by?: 'ufw' | 'firewalld' | 'nftables';
  readonly steps: readonly Step[];
  /** What is to be done so that it lasts. */
  readonly left: readonly string[];
}

export interface FirewallOptions {
  readonly machine: Machine;
  readonly ports: readonly PublicPort[];
  /** Reads the rules of the kernel; a sentence when that can't be done. */
  readonly readRuleset: () => Promise<Ruleset | string>;
  /** By which people come in. */
  readonly interfaceName: string;
}

/** What lets people in through the firewall of this machine, in the words of whoever keeps its rules. */
export async function planFirewall(options: FirewallOptions): Promise<FirewallPlan> {
  const { machine, ports } = options;
  if (/^Status: active$/m.test((await machine.run(['ufw', 'status'])).said)) {
    const allow = (port: PublicPort) => ['ufw', 'allow', showPort(port, ':'), 'comment', 'didar'];
    return { by: 'ufw', steps: ports.map((port) => command(allow(port))), left: [] };
  }
  if ((await machine.run(['firewall-cmd', '--state'])).said === 'running') {
    const added = ports.map((port) => `--add-port=${showPort(port)}`);
    return {
      by: 'firewalld',
      steps: [command(['firewall-cmd', '--permanent', ...added]), command(['firewall-cmd', '--reload'])],
      left: [],
    };
  }
  return planNftables(options);
}

/** So many ports of a range are tried: rules are written for ranges. */
const SAMPLES = 16;

/** Nobody keeps these rules but a file of the operator's: what is closed is opened now, and the file named. */
async function planNftables({ ports, readRuleset, interfaceName }: FirewallOptions): Promise<FirewallPlan> {
  const ruleset = await readRuleset();
  if (typeof ruleset === 'string')
    return { steps: [], left: [`Whether a firewall is in the way: ${ruleset}`] };
  const chains = ruleset.chains.filter(({ hook, type }) => hook === 'input' && type === 'filter');
  const steps = ports.flatMap((port) =>
    chains
      .filter((chain) => isClosed(port, chain, ruleset, interfaceName))
      .map((chain) => command(insertion(chain, port))),
  );
  if (steps.length === 0) return { steps, left: [] };
  const rules = ports.map(ruleFor).join('; ');
  return {
    by: 'nftables',
    steps,
    left: [`For the rules to outlive a reboot, put into the input chain of /etc/nftables.conf: ${rules}`],
  };
}

/** What one chain drops no other one saves: each is judged alone, with those that it jumps to. */
function isClosed(
  { protocol, ports: { from, to } }: PublicPort,
  chain: Chain,
  { chains, sets }: Ruleset,
  iifname: string,
): boolean {
  const own: Ruleset = { sets, chains: chains.filter((each) => each === chain || each.hook === undefined) };
  const stride = Math.max(1, Math.floor((to - from) / SAMPLES));
  for (const family of familiesOf(chain)) {
    for (let port = from; port <= to; port += stride) {
      if (reachThrough(own, { protocol, port, family, iifname }) === 'closed') return true;
    }
  }
  return false;
}

function familiesOf({ family }: Chain): readonly Packet['family'][] {
  if (family === 'inet') return ['ip', 'ip6'];
  return family === 'ip' || family === 'ip6' ? [family] : [];
}

function insertion({ family, table, name }: Chain, port: PublicPort): readonly string[] {
  return ['nft', 'insert', 'rule', family, table, name, ...ruleFor(port).split(' '), 'comment', '"didar"'];
}

function ruleFor({ protocol, ports: { from, to } }: PublicPort): string {
  return `${protocol} dport ${from === to ? from : `${from}-${to}`} accept`;
}

function command(words: readonly string[]): Step {
  return { kind: 'command', command: words };
}
