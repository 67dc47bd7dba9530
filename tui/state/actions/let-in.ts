import type { Denial } from '../../../src/modules/rooms/model.ts';
import { clean } from '../../text/clean.ts';
import type { Desk } from '../desk.ts';

/** Who is kept out of the selected room; whoever is chosen may come in again. */
export function letIn(desk: Desk): void {
  const room = desk.context().room;
  if (room === undefined) return;
  desk.attempt(`asking who is kept out of ${room.name}`, async () => {
    const denials = await desk.api.denials(room.name);
    if (denials.length === 0) return `nobody is kept out of ${room.name}`;
    askWhom(desk, room.name, denials);
    return `${denials.length} kept out of ${room.name}`;
  });
}

/** Those who are kept out; the first answer lets nobody in. */
function askWhom(desk: Desk, room: string, denials: readonly Denial[]): void {
  const nameOf = (denial: Denial) =>
    clean(denial.name || denial.identity || denial.address || 'an address nobody is known by');
  desk.set({
    dialog: {
      kind: 'ask',
      title: `Kept out of ${room}: let in again`,
      lines: [],
      layout: 'column',
      cursor: 0,
      options: [
        { label: 'Nobody' },
        ...denials.map((denial) => ({
          label: `${nameOf(denial)} (${denial.kind === 'ban' ? 'banned' : 'kicked'} by ${denial.createdBy})`,
          run: () =>
            desk.attempt(`letting ${nameOf(denial)} in again`, async () => {
              await desk.api.lift(room, denial.id);
              return `${nameOf(denial)} may enter ${room} again`;
            }),
        })),
      ],
    },
  });
}
