import type { Row } from './row.ts';

const MEGABYTE = 1_000_000;

export function benchSize(executable: string): Row[] {
  return [
    { what: 'the executable', unit: 'MB', ours: Bun.file(executable).size / MEGABYTE, goal: { atMost: 135 } },
  ];
}
