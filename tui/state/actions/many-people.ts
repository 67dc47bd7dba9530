import type { Participant } from '../../../src/modules/participants/model.ts';
import { nameOf } from '../../text/name.ts';
import type { Desk } from '../desk.ts';

/** How people are called in what is said of them. */
export const PEOPLE = { nameOf, unit: 'people' };

/** They are taken when the key is pressed: whoever is selected or marked later has nothing to do with it. */
export function onPeople(run: (desk: Desk, all: readonly Participant[]) => void) {
  return (desk: Desk) => {
    const all = desk.context().people;
    if (all.length > 0) run(desk, all);
  };
}

/** The room that all of them are in, or how many rooms it is. */
export function whereOf(all: readonly { readonly room: string }[]): string {
  const rooms = new Set(all.map(({ room }) => room));
  return rooms.size === 1 ? (all[0]?.room ?? '') : `${rooms.size} rooms`;
}
