import type { ViewName } from '../state/view.ts';
import type { Binding } from './binding.ts';
import { BACKUPS_KEYS } from './bindings/backups.ts';
import { FINDING_KEYS } from './bindings/finding.ts';
import { GENERAL_KEYS } from './bindings/general.ts';
import { JOBS_KEYS } from './bindings/jobs.ts';
import { MOVING_KEYS } from './bindings/moving.ts';
import { PEOPLE_KEYS } from './bindings/people.ts';
import { ROOMS_KEYS } from './bindings/rooms.ts';
import { VIEWS_KEYS } from './bindings/views.ts';
import { WEBHOOKS_KEYS } from './bindings/webhooks.ts';
import type { KeyContext } from './context.ts';

const TABLE = [
  ...VIEWS_KEYS,
  ...MOVING_KEYS,
  ...PEOPLE_KEYS,
  ...ROOMS_KEYS,
  ...JOBS_KEYS,
  ...WEBHOOKS_KEYS,
  ...BACKUPS_KEYS,
  ...FINDING_KEYS,
  ...GENERAL_KEYS,
];

export type ActionId = (typeof TABLE)[number]['id'];

/** All keys. What the footer has no room for is what stands last here. */
export const BINDINGS: readonly Binding<ActionId>[] = TABLE;

/** What a key does in a view; where it does nothing, what it does elsewhere. */
export function bindingOf(key: string, view: ViewName): Binding<ActionId> | undefined {
  const candidates = BINDINGS.filter((binding) => binding.keys.includes(key));
  const here = candidates.find(({ only }) => only?.includes(view));
  return here ?? candidates.find(({ only }) => only === undefined) ?? candidates[0];
}

/** Why its key does not do it now, as a sentence's end; undefined when it does. */
export function whyNotNow(binding: Binding<ActionId>, context: KeyContext): string | undefined {
  const reason = binding.whyNot(context);
  if (reason !== undefined) return reason;
  const here = bindingOf(binding.keys[0] ?? '', context.view);
  return here === binding ? undefined : `in this view the key means: ${here?.label}`;
}

const SHOWN: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  esc: 'Esc',
  space: 'Space',
  delete: 'Del',
  'ctrl-c': 'Ctrl-C',
};

/** A key as people read it. */
export function keyLabel(key: string): string {
  return SHOWN[key] ?? key;
}
