import { bind, onlyIn } from '../binding.ts';
import { all, manages, online } from '../context.ts';

/** Backups: made from anywhere, looked at in their view. */
export const BACKUPS_KEYS = [
  bind('backUp', ['b'], 'Backups', 'back up', 'make a backup now (asks first)', all(manages, online), [
    'backups',
  ]),
  onlyIn(
    ['backups'],
    'backups are in Backups (0)',
    bind(
      'backupPath',
      ['o'],
      'Backups',
      'where',
      'where the backup is on the server, and copy the path',
      (c) => (c.backup ? undefined : 'no backup is selected'),
      ['backups'],
    ),
  ),
];
