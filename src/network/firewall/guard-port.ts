import { createHash } from 'node:crypto';
import { messageOf } from '../../lib/errors.ts';

/** Whether a port is closed to other machines; if not, why. */
export type PortGuard =
  | { readonly state: 'closed'; readonly by: string; release(): Promise<void> }
  | { readonly state: 'open'; readonly reason: string; release(): Promise<void> };

export interface GuardOptions {
  /** TCP. */
  readonly port: number;
  /** Tells the rules of one daemon from another's on the same machine: its data directory. */
  readonly owner: string;
  /** Runs nft with a script on its input; throws with what it says. */
  readonly nft?: (script: string) => Promise<void>;
}

/**
 * Closes a TCP port to everybody but this machine, by a table of our own in nftables: livekit's plaintext TURN
 * listener can't be bound to loopback, since its relays are bound to the same address. Needs CAP_NET_ADMIN; what
 * can't be closed is said, not hidden. A table that a killed daemon left is replaced.
 */
export async function guardPort({ port, owner, nft = runNft }: GuardOptions): Promise<PortGuard> {
  const table = tableOf(owner);
  const remove = removalOf(table);
  const add = `table ${table} {
  chain input {
    type filter hook input priority filter - 5; policy accept;
    iifname != "lo" tcp dport ${port} drop
  }
}
`;
  try {
    await nft(remove + add);
    return { state: 'closed', by: `nftables, table ${table}`, release: () => nft(remove) };
  } catch (error) {
    return { state: 'open', reason: messageOf(error), release: async () => undefined };
  }
}

/** Opens again what `guardPort` closed in another process, if anything. Throws what nft says. */
export async function releasePorts({ owner, nft = runNft }: Omit<GuardOptions, 'port'>): Promise<void> {
  await nft(removalOf(tableOf(owner)));
}

function tableOf(owner: string): string {
  return `inet didar_${createHash('sha256').update(owner).digest('hex').slice(0, 8)}`;
}

/** The first line makes the second one work also where there is no such table. */
function removalOf(table: string): string {
  return `table ${table}\ndelete table ${table}\n`;
}

async function runNft(script: string): Promise<void> {
  const child = Bun.spawn(['nft', '-f', '-'], {
    stdin: new Blob([script]),
    stdout: 'ignore',
    stderr: 'pipe',
  });
  const [code, said] = await Promise.all([child.exited, new Response(child.stderr).text()]);
  if (code !== 0) throw new Error(`nft: ${said.trim().split('\n')[0] ?? `exit code ${code}`}`);
}
