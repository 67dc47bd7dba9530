import { existsSync } from 'node:fs';
import { DomainError } from '../../lib/errors.ts';
import { isImage, type Machine } from './machine.ts';

/** Its directory is there where systemd is the init (sd_booted(3)). */
const BOOTED = '/run/systemd/system';

/** @throws DomainError `service_needs_root`, or `systemd_missing` on a machine whose init is another one */
export function requireRoot(machine: Machine): void {
  if (process.getuid?.() !== 0) {
    throw new DomainError('service_needs_root', 'only root may do this', {
      fix: 'use sudo; --dry-run shows what would be done',
    });
  }
  if (isImage(machine) || existsSync(BOOTED)) return;
  throw new DomainError('systemd_missing', 'this machine is not run by systemd', {
    fix: 'start "didar serve" by the init that it has, or prepare an image with --root DIR',
  });
}
