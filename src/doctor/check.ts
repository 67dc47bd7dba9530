import { DomainError, messageOf } from '../lib/errors.ts';
import { knownCause } from '../troubles/explain.ts';
import type { Subject } from './subject.ts';

/** `skipped`: does not apply here; the evidence says why. */
export type State = 'ok' | 'warning' | 'failed' | 'skipped';

/** What one look at the server brought. */
export interface Outcome {
  readonly state: State;
  /** What was looked at and seen, for people. */
  readonly evidence: string;
  /** What to do next. */
  readonly fix?: string;
  /** The configuration key that it is about. */
  readonly key?: string;
  /** A row of the table of known troubles. */
  readonly trouble?: string;
}

/** One question about the server that can be answered by itself. */
export interface Check {
  /** Stable: `network.node-ip`. */
  readonly id: string;
  /** What is well when it is ok, in a few words. */
  readonly title: string;
  /** May throw: a DomainError is a failure with its own fix. */
  run(subject: Subject): Outcome | Promise<Outcome>;
}

/** What to do about it. A known trouble brings its fix and key; those given here say it better for this case. */
export type Remedy = Partial<Pick<Outcome, 'fix' | 'key' | 'trouble'>>;

export function ok(evidence: string): Outcome {
  return { state: 'ok', evidence };
}

export function skipped(reason: string): Outcome {
  return { state: 'skipped', evidence: reason };
}

export function warning(evidence: string, remedy: Remedy): Outcome {
  return { state: 'warning', evidence, ...withTrouble(remedy) };
}

export function failed(evidence: string, remedy: Remedy): Outcome {
  return { state: 'failed', evidence, ...withTrouble(remedy) };
}

/** What was thrown, as a failure; with the remedy where the error brings no fix of its own. */
export function failedBy(error: unknown, remedy: Remedy = {}): Outcome {
  const own = error instanceof DomainError ? error : undefined;
  const key = own?.details?.key;
  return failed(messageOf(error), {
    ...remedy,
    ...(own?.fix !== undefined && { fix: own.fix }),
    ...(typeof key === 'string' && { key }),
  });
}

const WEIGHT: Readonly<Record<State, number>> = { failed: 3, warning: 2, ok: 1, skipped: 0 };

/** Several looks as one: the worst state, and all that is as bad as that. */
export function together(outcomes: readonly Outcome[]): Outcome {
  const worst = Math.max(...outcomes.map(({ state }) => WEIGHT[state]));
  const told = outcomes.filter(({ state }) => WEIGHT[state] === worst);
  const [first] = told;
  if (first === undefined) return skipped('There is nothing to look at.');
  const fixes = [...new Set(told.flatMap(({ fix }) => fix ?? []))];
  return {
    ...first,
    evidence: told.map(({ evidence }) => evidence).join('\n'),
    ...(fixes.length > 0 && { fix: fixes.join('\n') }),
  };
}

function withTrouble(remedy: Remedy): Remedy {
  const known = remedy.trouble === undefined ? undefined : knownCause(remedy.trouble);
  const fix = remedy.fix ?? known?.fix;
  const key = remedy.key ?? known?.key;
  return {
    ...(fix !== undefined && { fix }),
    ...(key !== undefined && { key }),
    ...(remedy.trouble !== undefined && { trouble: remedy.trouble }),
  };
}
