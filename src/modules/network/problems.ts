import type { NetworkProblem } from './model.ts';

/** What the doctor says of one thing. */
export type SetUpFinding = Omit<NetworkProblem, 'state'> & {
  readonly state: NetworkProblem['state'] | 'ok' | 'skipped';
};

/** What is wrong among what was looked at; failures first. */
export function problemsAmong(findings: readonly SetUpFinding[]): readonly NetworkProblem[] {
  const told = (wanted: NetworkProblem['state']) =>
    findings.flatMap(({ id, title, state, evidence, fix, key }) =>
      state === wanted ? [{ id, title, state, evidence, fix, key }] : [],
    );
  return [...told('failed'), ...told('warning')];
}
