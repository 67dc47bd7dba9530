import { clean } from '../../text/clean.ts';
import type { Actions, Desk } from '../desk.ts';

export const waiting: Actions<'admit' | 'refuse'> = {
  admit: (desk) => decide(desk, 'admit'),
  refuse: (desk) => decide(desk, 'refuse'),
};

/** Whoever comes first when the key is pressed; who is next by then has nothing to do with it. */
function decide(desk: Desk, what: 'admit' | 'refuse'): void {
  const someone = desk.context().waiting;
  if (someone === undefined) return;
  const { room, identity } = someone;
  const who = clean(someone.name);
  desk.attempt(what === 'admit' ? `letting ${who} in` : `refusing ${who}`, async () => {
    await desk.api[what](someone);
    return what === 'admit'
      ? `${who} is let into ${room}`
      : `${who} is kept out of ${room}; undo: didar room admit ${room} ${identity}`;
  });
}
