import type { Ruleset } from '../../network/firewall/ruleset.ts';
import type { Machine } from './machine.ts';
import { planNftables } from './nftables.ts';
import { type PublicPort, showPort } from './ports.ts';
import type { OpenedPorts } from './record.ts';
import { command, type Step } from './step.ts';

export interface FirewallPlan {
  readonly steps: readonly Step[];
  /** What the steps open, and whose rules those are; undefined where nothing is closed. */
  readonly opened?: OpenedPorts | undefined;
  /** What is to be done so that it lasts. */
  readonly left: readonly string[];
}

export interface FirewallOptions {
  readonly machine: Machine;
  readonly ports: readonly PublicPort[];
  /** Reads the rules of the kernel, but for those with a comment; a sentence when that can't be done. */
  readonly readRuleset: (leftOut?: string) => Promise<Ruleset | string>;
  /** By which people come in. */
  readonly interfaceName: string;
}

/** What lets people in through the firewall of this machine, in the words of whoever keeps its rules. */
export async function planFirewall(options: FirewallOptions): Promise<FirewallPlan> {
  const { machine, ports } = options;
  const ufw = (await machine.run(['ufw', 'status'])).said;
  if (/^Status: active$/m.test(ufw)) {
    const allowed = new Set([...ufw.matchAll(/^(\S+) +ALLOW/gm)].map(([, port]) => port));
    const missing = ports.map((port) => showPort(port, ':')).filter((port) => !allowed.has(port));
    return planOf('ufw', missing, (port) => [['ufw', 'allow', port, 'comment', 'didar']]);
  }
  if ((await machine.run(['firewall-cmd', '--state'])).said === 'running') {
    const { said } = await machine.run(['firewall-cmd', '--permanent', '--list-ports']);
    const allowed = new Set(said.split(/\s+/));
    const missing = ports.map((port) => showPort(port)).filter((port) => !allowed.has(port));
    const plan = planOf('firewalld', missing, (port) => [
      ['firewall-cmd', '--permanent', `--add-port=${port}`],
    ]);
    return missing.length === 0
      ? plan
      : { ...plan, steps: [...plan.steps, command('firewall-cmd', '--reload')] };
  }
  return planNftables(options);
}

function planOf(
  by: OpenedPorts['by'],
  missing: readonly string[],
  commandsFor: (port: string) => readonly (readonly string[])[],
): FirewallPlan {
  return {
    steps: missing.flatMap(commandsFor).map((words) => command(...words)),
    opened: missing.length === 0 ? undefined : { by, ports: missing },
    left: [],
  };
}
