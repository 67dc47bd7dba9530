import type { Finding } from '../../doctor/diagnose.ts';
import { formatTable } from './output.ts';

/** A sign and a word, so that nothing is told by colour. */
const MARKS: Readonly<Record<Finding['state'], string>> = {
  ok: '✓ ok',
  warning: '! warning',
  failed: '✗ failed',
  skipped: '- skipped',
};
/** What is told last stands next to the prompt. */
const TOLD: readonly Finding['state'][] = ['warning', 'failed'];
const COUNTED: readonly Finding['state'][] = ['failed', 'warning', 'ok', 'skipped'];

/** A line for each check, then what is wrong in full with its fix, then the count. */
export function describeFindings(findings: readonly Finding[]): string {
  const table = formatTable(
    [
      { title: 'state', value: ({ state }) => MARKS[state] },
      { title: 'check', value: ({ title }) => title },
      {
        title: 'seen',
        value: ({ state, evidence }) => (TOLD.includes(state) ? 'see below' : evidence.split('\n')[0]),
      },
    ],
    findings,
  );
  const wrong = TOLD.flatMap((state) => findings.filter((finding) => finding.state === state));
  const counts = COUNTED.map((state) => ({
    state,
    count: findings.filter((finding) => finding.state === state).length,
  })).filter(({ count }) => count > 0);
  const summary = counts.map(({ state, count }) => `${count} ${state}`).join(', ');
  return [table, ...wrong.map(describe), summary].join('\n\n');
}

function describe({ state, title, evidence, fix, key }: Finding): string {
  return [
    `${MARKS[state]}  ${title}`,
    ...labelled('seen', evidence),
    ...labelled('fix', fix),
    ...labelled('key', key),
  ].join('\n');
}

function labelled(label: string, text: string | null): string[] {
  if (text === null) return [];
  return text.split('\n').map((line, i) => `  ${(i === 0 ? `${label}:` : '').padEnd(6)}${line}`);
}
