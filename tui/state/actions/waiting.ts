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
  const { room } = someone;
  const who = clean(someone.name);
  if (what === 'admit') {
    desk.attempt(`letting ${who} in`, async () => {
      await desk.api.admit(someone);
      return `${who} is let into ${room}`;
    });
    return;
  }
  const refuse = async () => {
    await desk.api.refuse(someone);
    return `${who} is kept out of ${room}`;
  };
  const admit = async () => {
    await desk.api.admit(someone);
    return `${who} may enter ${room} after all`;
  };
  desk.attempt(`refusing ${who}`, refuse, { what: `the refusal of ${who}`, run: admit });
}
