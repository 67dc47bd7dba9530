import { VIEWS, type ViewName } from '../state/view.ts';
import type { Condition } from './context.ts';

export const GROUPS = [
  'Rooms',
  'People',
  'Jobs',
  'Webhooks',
  'Backups',
  'Moving',
  'Finding',
  'Views',
  'General',
] as const;
export type Group = (typeof GROUPS)[number];

/** One row of the only table of keys: the footer, the help and the documentation are made from it. */
export interface Binding<Id extends string = string> {
  readonly id: Id;
  readonly keys: readonly string[];
  /** One or two words for the footer. */
  readonly label: string;
  readonly description: string;
  readonly group: Group;
  /** The views whose key it is; left out for what is the same everywhere. Elsewhere the key may mean something else. */
  readonly only?: readonly ViewName[];
  /** Where the footer offers it; empty for what is in the help only. */
  readonly footer: readonly ViewName[];
  /** Why it can't be done now, as a sentence's end; undefined when it can. */
  readonly whyNot: Condition;
}

export const EVERYWHERE: readonly ViewName[] = ['room', 'webhook', ...VIEWS.map((view) => view.name)];

export function bind<const Id extends string>(
  id: Id,
  keys: readonly string[],
  group: Group,
  label: string,
  description: string,
  whyNot: Condition,
  footer: readonly ViewName[] = [],
): Binding<Id> {
  return { id, keys, group, label, description, whyNot, footer };
}

/** A key of some views alone; `elsewhere` says so, as a sentence's end. */
export function onlyIn<const Id extends string>(
  only: readonly ViewName[],
  elsewhere: string,
  binding: Binding<Id>,
): Binding<Id> {
  return { ...binding, only, whyNot: (c) => (only.includes(c.view) ? binding.whyNot(c) : elsewhere) };
}
