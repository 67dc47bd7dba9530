import type { ViewName } from '../state/view.ts';
import type { Binding } from './binding.ts';
import { FINDING_KEYS } from './bindings/finding.ts';
import { GENERAL_KEYS } from './bindings/general.ts';
import { MOVING_KEYS } from './bindings/moving.ts';
import { PEOPLE_KEYS } from './bindings/people.ts';
import { ROOMS_KEYS } from './bindings/rooms.ts';
import { VIEWS_KEYS } from './bindings/views.ts';

const TABLE = [
  ...VIEWS_KEYS,
  ...MOVING_KEYS,
  ...PEOPLE_KEYS,
  ...ROOMS_KEYS,
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
