import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { openWholeHouse, type WholeHouse } from '../../../test/fixtures/whole-house.ts';
import { ALERTS, alertRules } from './alerts.ts';
import { dashboard, PANELS } from './dashboard.ts';

let house: WholeHouse;
/** Names of all metrics, ours as they are told and livekit's as they were recorded. */
let names: Set<string>;

beforeAll(async () => {
  house = openWholeHouse();
  const client = { address: 'local', transport: 'unix', secure: true } as const;
  const ours = await (await house.services.handle(new Request('http://localhost/metrics'), client)).text();
  const theirs = readFileSync(`${import.meta.dir}/../../../test/fixtures/livekit-metrics.txt`, 'utf8');
  const kinds = [...`${ours}\n${theirs}`.matchAll(/^# TYPE (\w+) (\w+)/gm)];
  names = new Set(
    kinds.flatMap(([, name = '', kind]) =>
      kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );
  // Shown by livekit only once a packet was lost; what the dashboard of ours reads too.
  names.add('livekit_packet_loss_total');
});
afterAll(() => house.close());

const metricsIn = (expr: string) => expr.match(/\b(?:didar|livekit|process)_\w+/g) ?? [];

test('every panel and every alert reads metrics that there are', () => {
  const exprs = [
    ...ALERTS.map(({ expr }) => expr),
    ...PANELS.flatMap(({ queries }) => queries.map(([e]) => e)),
  ];
  const read = exprs.flatMap(metricsIn);
  expect(read.length).toBeGreaterThan(exprs.length - 2);
  expect(read.filter((name) => !names.has(name))).toEqual([]);
});

test('the rule file is YAML that says for each alert what it means and what to do', () => {
  const { groups } = load(alertRules()) as { groups: { rules: { annotations: object }[] }[] };
  for (const { annotations } of groups[0]?.rules ?? []) {
    expect(Object.keys(annotations)).toEqual(['summary', 'fix']);
  }
  expect(groups[0]?.rules).toHaveLength(ALERTS.length);
});

test('no two panels of the dashboard stand on the same place', () => {
  const { panels } = dashboard() as { panels: { gridPos: { x: number; y: number; w: number; h: number } }[] };
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...cells.map((cell) => Number.parseInt(cell, 10)))).toBeLessThan(24);
});
