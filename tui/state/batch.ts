import { textOf } from '../api/error.ts';
import { clean } from '../text/clean.ts';
import { count } from '../text/time.ts';
import type { Undo } from './undo.ts';

/** Requests that are under way at the same time: a server has other things to do as well. */
const AT_ONCE = 8;

/** The same done to each of several: to people, to rooms. */
export interface Batch<T> {
  /** What is being done, before whom it is done to: `muting`. */
  readonly doing: string;
  readonly items: readonly T[];
  readonly nameOf: (item: T) => string;
  /** What several are called: `people`. */
  readonly unit: string;
  readonly work: (item: T) => Promise<unknown>;
  /** What to say when it is done, of those it was done to. */
  readonly said: (who: string, done: readonly T[]) => string;
  /** How it is taken back for those it was done to. */
  readonly undo?: (who: string, done: readonly T[]) => Undo;
  /** Told what it failed with when it is for one only. */
  readonly failed?: (error: unknown) => void;
}

export interface Failure {
  readonly name: string;
  readonly error: unknown;
}

export interface Outcome<T> {
  readonly done: readonly T[];
  readonly failed: readonly Failure[];
}

/** One by its name, several by their number: `Ali`, `3 people`. */
export function whoOf<T>(items: readonly T[], { nameOf, unit }: Pick<Batch<T>, 'nameOf' | 'unit'>): string {
  const [first] = items;
  return items.length === 1 && first !== undefined ? nameOf(first) : count(items.length, unit, unit);
}

/** The verbs after them. */
export const are = (items: readonly unknown[]): string => (items.length === 1 ? 'is' : 'are');
export const have = (items: readonly unknown[]): string => (items.length === 1 ? 'has' : 'have');

/** Does it for each of them, whatever becomes of the others. Never throws. */
export async function doEach<T>({ items, nameOf, work }: Pick<Batch<T>, 'items' | 'nameOf' | 'work'>) {
  const left = items.values();
  const done: T[] = [];
  const failed: Failure[] = [];
  const worker = async () => {
    for (const item of left) {
      try {
        await work(item);
        done.push(item);
      } catch (error) {
        failed.push({ name: nameOf(item), error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const outcome: Outcome<T> = { done: items.filter((item) => done.includes(item)), failed };
  return outcome;
}

/** Does it for each of them; throws what it failed for, by name. */
export async function doAll<T>(batch: Pick<Batch<T>, 'items' | 'nameOf' | 'work'>): Promise<void> {
  const { failed } = await doEach(batch);
  const [first] = failed;
  if (first === undefined) return;
  throw batch.items.length === 1 ? first.error : new Error(failureText(failed, batch.items.length));
}

/** Names that fit into a line beside a reason. */
const NAMED = 3;

/** `2 of 5 failed: Ali, Zoë (no answer within the time limit)`. */
export function failureText(failed: readonly Failure[], of: number): string {
  const names = failed.slice(0, NAMED).map(({ name }) => name);
  const more = failed.length > NAMED ? ` and ${failed.length - NAMED} more` : '';
  return `${failed.length} of ${of} failed: ${names.join(', ')}${more} (${textOf(failed[0]?.error)})`;
}

/** Whom it failed for and why, one a line. */
export function failureLines(failed: readonly Failure[]): string[] {
  return failed.map(({ name, error }) => clean(`${name}: ${textOf(error)}`));
}
