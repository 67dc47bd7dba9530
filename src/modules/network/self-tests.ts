import type { Clock } from '../../lib/clock.ts';
import { DomainError, messageOf } from '../../lib/errors.ts';
import { toTimestamp } from '../../lib/schema.ts';
import type { SelfTest } from './model.ts';
import type { PlannedTest, SkippedTest } from './planned-test.ts';

export interface SelfTestsOptions {
  readonly clock: Clock;
  /** What can be tested now, and what can't. Asked anew for each round. */
  readonly planned: () => readonly (PlannedTest | SkippedTest)[];
}

/** Makes all tests when asked, and keeps the newest results. */
export function createSelfTests({ clock, planned }: SelfTestsOptions) {
  let results: readonly SelfTest[] = [];
  let seenAs: string | undefined;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function round(): Promise<void> {
    results = await Promise.all(planned().map(resultOf));
  }

  async function resultOf(test: PlannedTest | SkippedTest): Promise<SelfTest> {
    const { name, title } = test;
    const at = toTimestamp(clock.now());
    if ('why' in test) return { name, title, state: 'untested', at, ms: null, evidence: test.why, fix: null };
    try {
      const { evidence, ms, mapped } = await test.run();
      seenAs = mapped ?? seenAs;
      return { name, title, state: 'ok', at, ms: Math.round(ms * 10) / 10, evidence, fix: null };
    } catch (error) {
      const fix = error instanceof DomainError ? (error.fix ?? null) : null;
      return { name, title, state: 'failed', at, ms: null, evidence: messageOf(error), fix };
    }
  }

  function run(): Promise<void> {
    if (running) {
      next ??= running.then(() => {
        next = undefined;
        return run();
      });
      return next;
    }
    running = round().finally(() => {
      running = undefined;
    });
    return running;
  }

  return {
    /** Resolves after a round that began when this was called, or later: one at a time. Never rejects. */
    run,
    results: () => results,
    /** Undefined before the first round. */
    state: (name: string) => results.find((result) => result.name === name)?.state,
    seenAs: () => seenAs,
  };
}
