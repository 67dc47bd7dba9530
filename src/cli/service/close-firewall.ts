import { contentOf, type Machine } from './machine.ts';
import { COMMENT } from './nftables.ts';
import { PLACES } from './places.ts';
import type { OpenedPorts } from './record.ts';
import { command, type Step, systemctl } from './step.ts';

/** What closes again what installations opened in the firewall, and nothing that was open before. */
export async function planClosing(
  machine: Machine,
  opened: OpenedPorts | undefined,
): Promise<readonly Step[]> {
  switch (opened?.by) {
    case undefined:
      return [];
    case 'ufw':
      return opened.ports.map((port) => command('ufw', 'delete', 'allow', port));
    case 'firewalld':
      return [
        ...opened.ports.map((port) => command('firewall-cmd', '--permanent', `--remove-port=${port}`)),
        command('firewall-cmd', '--reload'),
      ];
    case 'nftables':
      return [...(await removeFiles(machine)), ...(await deleteRules(machine))];
  }
}

async function removeFiles(machine: Machine): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const path of [PLACES.firewallDropIn, PLACES.firewallRules]) {
    if ((await contentOf(machine, path)) !== undefined) steps.push({ kind: 'remove', path });
  }
  return steps.length === 0 ? [] : [...steps, systemctl('daemon-reload')];
}

interface ListedRule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  readonly comment?: string;
}

async function deleteRules(machine: Machine): Promise<readonly Step[]> {
  const { code, said } = await machine.run(['nft', '--json', 'list', 'ruleset']);
  if (code !== 0) return [];
  const { nftables } = JSON.parse(said) as { readonly nftables: readonly { readonly rule?: ListedRule }[] };
  return nftables
    .flatMap(({ rule }) => (rule?.comment === COMMENT ? [rule] : []))
    .map(({ family, table, chain, handle }) =>
      command('nft', 'delete', 'rule', family, table, chain, 'handle', String(handle)),
    );
}
