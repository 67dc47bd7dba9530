import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DomainError } from '../../lib/errors.ts';
import { isImage, type Machine } from './machine.ts';

/** Its directory is there where systemd is the init (sd_booted(3)). */
const BOOTED = '/run/systemd/system';

/** @throws DomainError `service_needs_root`, or `usage` where the image is none, `systemd_missing` on a machine whose init is another one */
export function requireRoot(machine: Machine): void {
  if (process.getuid?.() !== 0) {
    throw new DomainError('service_needs_root', 'only root may do this', {
      fix: 'use sudo; --dry-run shows what would be done',
    });
  }
  if (isImage(machine)) {
    if (existsSync(join(machine.root, 'usr'))) return;
    throw new DomainError('usage', `${machine.root} is no file tree of a machine`, {
      fix: 'name the directory below which /usr and /etc of the image are',
    });
  }
  if (existsSync(BOOTED)) return;
  throw new DomainError('systemd_missing', 'this machine is not run by systemd', {
    fix: 'start "didar serve" by the init that it has, or prepare an image with --root DIR',
  });
}
