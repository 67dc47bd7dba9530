import type { Denial } from '../../../src/modules/rooms/model.ts';
import type { Waiting } from '../../../src/modules/waiting/model.ts';
import { clean } from '../../text/clean.ts';
import type { Desk } from '../desk.ts';
import type { Option } from '../dialogs/ask.ts';

/** Who is kept out of the selected room, or was refused in this meeting; whoever is chosen may come in again. */
export function letIn(desk: Desk): void {
  const room = desk.context().room;
  if (room === undefined) return;
  const { name } = room;
  desk.attempt(`asking who is kept out of ${name}`, async () => {
    const [denials, refused] = await Promise.all([desk.api.denials(name), desk.api.refused(name)]);
    const options = [
      ...denials.map((denial) => lifting(desk, name, denial)),
      ...refused.map((someone) => admitting(desk, someone)),
    ];
    if (options.length === 0) return `nobody is kept out of ${name}`;
    if (desk.ui.dialog === undefined) {
      // The first answer lets nobody in.
      desk.set({
        dialog: {
          kind: 'ask',
          title: `Kept out of ${name}: let in again`,
          lines: [],
          layout: 'column',
          cursor: 0,
          options: [{ label: 'Nobody' }, ...options],
        },
      });
    }
    return `${options.length} kept out of ${name}`;
  });
}

function lifting(desk: Desk, room: string, denial: Denial): Option {
  const who = clean(denial.name || denial.identity || denial.address || 'an address nobody is known by');
  const address = denial.address === null ? '' : `, from ${denial.address}`;
  return {
    label: clean(`${who} (${denial.kind === 'ban' ? 'banned' : 'kicked'} by ${denial.createdBy}${address})`),
    run: () =>
      desk.attempt(`letting ${who} in again`, async () => {
        await desk.api.lift(room, denial.id);
        return `${who} may enter ${room} again`;
      }),
  };
}

function admitting(desk: Desk, someone: Waiting): Option {
  const who = clean(someone.name || someone.identity);
  return {
    label: clean(`${who} (refused by ${someone.decidedBy ?? 'somebody'})`),
    run: () =>
      desk.attempt(`letting ${who} in again`, async () => {
        await desk.api.admit(someone);
        return `${who} may enter ${someone.room} after all`;
      }),
  };
}
