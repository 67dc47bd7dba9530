import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { freePort } from '../lib/free-port.ts';
import { guardPort, releasePorts } from '../network/firewall/guard-port.ts';
import { leaveGuardedPort } from '../network/firewall/guarded-port.ts';
import { printNote } from './lib/output.ts';
import { surroundings } from './lib/surroundings.ts';

interface GuardOptions {
  readonly config?: string;
  readonly leaveIn?: string;
  readonly release?: boolean;
}

/**
 * `didar guard-turn`, for the service's unit: it runs as root before a daemon that may not touch the firewall. One
 * that may do it needs none of this.
 */
export function addGuardTurn(program: Command): void {
  program
    .command('guard-turn')
    .description("Closes livekit's plain TURN port to other machines, as root, for the service.")
    .option('--config <file>', 'configuration file')
    .option('--leave-in <dir>', 'directory in which the daemon finds which port it is')
    .option('--release', 'open it again')
    .action(guardTurn);
}

async function guardTurn({ config: file, leaveIn, release = false }: GuardOptions): Promise<void> {
  const { config } = await loadConfig({ ...surroundings(), flags: { config: file } });
  if (release) return Bun.which('nft') === null ? undefined : releasePorts({ owner: config.data });
  const { external, configPath, turn } = config.livekit;
  if (config.server.tls.mode === 'off' || external || configPath !== undefined || !turn.enabled) return;
  const port = await freePort();
  const guard = await guardPort({ port, owner: config.data });
  if (guard.state === 'open') return printNote(`not closed: ${guard.reason}`);
  if (leaveIn !== undefined) await leaveGuardedPort(leaveIn, { port, by: guard.by });
}
