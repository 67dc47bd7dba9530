import type { Command } from 'commander';
import { addInstall } from './service/install.ts';
import { addLogs } from './service/logs.ts';
import { addStatus } from './service/status.ts';
import { addUninstall } from './service/uninstall.ts';

/** `didar service`: from a bare machine with systemd to a server that looks after itself, and back. */
export function addService(program: Command): void {
  const service = program.command('service').description('Didar as a service of systemd.');
  addInstall(service);
  addUninstall(service);
  addStatus(service);
  addLogs(service);
}
