import type { Results } from './junit.ts';

export interface Outcome extends Results {
  /** The test file or the check. */
  readonly name: string;
  /** It failed first and passed when it was run again. */
  readonly flaky?: boolean;
}

/** Adds up what every check and test file came to. */
export interface Tally {
  add(outcome: Outcome): void;
  failed(): number;
  /** What was skipped, flaky or failed, by name; the last line is `N passed, N failed` with the skipped if any. */
  report(): string;
}

export function createTally(): Tally {
  const outcomes: Outcome[] = [];
  const failed = () => sum(outcomes.map((each) => each.failures.length));

  return {
    add: (outcome) => void outcomes.push(outcome),
    failed,
    report() {
      const skipped = outcomes.flatMap((each) => each.skipped.map((name) => `${each.name}: ${name}`));
      const failures = outcomes.flatMap((each) => each.failures.map((name) => `${each.name}: ${name}`));
      const flaky = outcomes
        .filter((each) => each.flaky)
        .map((each) => `${each.name}: failed, then passed when run again`);
      const passed = sum(outcomes.map((each) => each.passed));
      const ending = `${passed} passed, ${failures.length} failed`;
      return [
        ...chapter('skipped:', skipped),
        ...chapter('flaky:', flaky),
        ...chapter('failed:', failures),
        skipped.length > 0 ? `${ending}, ${skipped.length} skipped` : ending,
      ].join('\n');
    },
  };
}

function chapter(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`), ''];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
