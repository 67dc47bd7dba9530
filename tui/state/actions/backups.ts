import type { BackupFile } from '../../../src/modules/backups/model.ts';
import { clean } from '../../text/clean.ts';
import { dayAndTime } from '../../text/time.ts';
import { byteSize } from '../../text/units.ts';
import type { Actions, Desk } from '../desk.ts';
import { confirm } from '../dialogs/ask.ts';
import { pager } from '../dialogs/pager.ts';

export const backups: Actions<'backUp' | 'backupPath'> = {
  backUp(desk) {
    const dir = desk.background.backups.status?.dir;
    const lines = [
      ...(dir === undefined ? [] : [clean(`It goes to ${dir},`)]),
      'where those are that are made by themselves;',
      'the oldest beyond those that are kept are deleted.',
    ];
    const run = () =>
      desk.attempt('queuing a backup', async () => {
        const { id } = await desk.api.backUp();
        desk.background.backups.refresh();
        return `a backup is being made: job ${id}`;
      });
    desk.set({ dialog: confirm('Make a backup now?', lines, 'Back up', run) });
  },
  backupPath(desk) {
    const { backup } = desk.context();
    if (backup) showBackup(desk, backup);
  },
};

/** Where a backup is, and how a server is made of it again; copies the path. */
export function showBackup(desk: Desk, { name, path, bytes, at, encrypted }: BackupFile): void {
  desk.host.copy(path);
  desk.set({
    dialog: pager(name, [
      { lead: '', text: path, tone: 'strong' },
      { text: '' },
      { text: `as of ${dayAndTime(at)}, ${byteSize(bytes)}${encrypted ? ', encrypted (age)' : ''}` },
      { text: '' },
      { text: 'It is on the server. What restoring it would do:', tone: 'quiet' },
      { text: `didar restore --dry-run ${encrypted ? '--identity KEY-FILE ' : ''}FILE`, tone: 'strong' },
    ]),
  });
}
