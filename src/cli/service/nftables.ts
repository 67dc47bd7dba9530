import type { Packet } from '../../network/firewall/matching.ts';
import type { Chain, Ruleset } from '../../network/firewall/ruleset.ts';
import { reachThrough } from '../../network/firewall/verdict.ts';
import type { FirewallOptions, FirewallPlan } from './firewall.ts';
import { contentOf, type Machine } from './machine.ts';
import { PLACES } from './places.ts';
import { type PublicPort, showPort } from './ports.ts';
import { command, type Step, systemctl } from './step.ts';

/** By which our rules are known. */
export const COMMENT = 'didar';

/** What has the rules of /etc/nftables.conf loaded at boot, in Debian and elsewhere. */
const LOADER = 'nftables.service';

/**
 * Nobody keeps these rules but a file of the operator's. What a chain drops no rule elsewhere saves, so that ours go
 * into that chain: now, and each time that nftables.service has loaded the operator's file, which stays as it is.
 */
export async function planNftables(options: FirewallOptions): Promise<FirewallPlan> {
  const { machine, ports, readRuleset } = options;
  const [now, without] = [await readRuleset(), await readRuleset(COMMENT)];
  if (typeof now === 'string' || typeof without === 'string')
    return { steps: [], left: [`Whether a firewall is in the way: ${now}`] };
  const closed = insertions(without, options);
  if (closed.length === 0) return { steps: [], left: [] };
  const isLoaded = (await machine.run(['systemctl', 'is-enabled', LOADER])).said === 'enabled';
  const steps = [
    ...insertions(now, options).map((rule) => command('nft', ...rule.split(' '))),
    ...(isLoaded ? await lasting(machine, closed) : []),
  ];
  return {
    steps,
    opened: steps.length === 0 ? undefined : { by: 'nftables', ports: ports.map((port) => showPort(port)) },
    left: isLoaded
      ? []
      : [
          `For the rules to outlive a reboot, add them where your firewall comes from at boot, since ${LOADER} is not enabled: ${closed.map((rule) => `nft ${rule}`).join('; ')}`,
        ],
  };
}

/** What has them added again after each load. */
async function lasting(machine: Machine, rules: readonly string[]): Promise<readonly Step[]> {
  const files: readonly (readonly [string, string])[] = [
    [
      PLACES.firewallRules,
      `# Written by "didar service install --open-firewall", loaded after your own rules.\n${rules.join('\n')}\n`,
    ],
    [
      PLACES.firewallDropIn,
      `# Written by "didar service install --open-firewall"; "didar service uninstall" removes it.
[Service]
ExecStartPost=-nft -f ${PLACES.firewallRules}
ExecReload=-nft -f ${PLACES.firewallRules}
`,
    ],
  ];
  const steps: Step[] = [];
  for (const [path, content] of files) {
    if ((await contentOf(machine, path)) === content) continue;
    steps.push({ kind: 'file', path, mode: 0o644, content, isInNewDirectory: true });
  }
  return steps.length === 0 ? [] : [...steps, systemctl('daemon-reload')];
}

/** So many ports of a range are tried: rules are written for ranges. */
const SAMPLES = 16;

/** The rules that let people in, as nft takes them. */
function insertions({ chains, sets }: Ruleset, { ports, interfaceName }: FirewallOptions): readonly string[] {
  const inputs = chains.filter(({ hook, type }) => hook === 'input' && type === 'filter');
  return ports.flatMap((port) =>
    inputs
      .filter((chain) => isClosed(port, chain, { chains, sets }, interfaceName))
      .map(
        ({ family, table, name }) =>
          `insert rule ${family} ${table} ${name} ${ruleFor(port)} comment "${COMMENT}"`,
      ),
  );
}

/** Each chain is judged alone, with those that it jumps to. */
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

function ruleFor({ protocol, ports: { from, to } }: PublicPort): string {
  return `${protocol} dport ${from === to ? from : `${from}-${to}`} accept`;
}
