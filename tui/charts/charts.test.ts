import { describe, expect, test } from 'bun:test';
import { plainText } from '../components/segments.tsx';
import { glyphsFor } from '../theme/glyphs.ts';
import { area } from './area.ts';
import { inCells, spanOf } from './cells.ts';
import { type Chart, chartInWords, drawChart } from './chart.ts';
import { roundTop } from './scale.ts';

const ASCII = glyphsFor({ LC_ALL: 'C' });
const UNICODE = glyphsFor({ LC_ALL: 'C.UTF-8' });
const CPU: Chart = {
  title: 'CPU',
  values: [0, 40, 100, 90],
  timing: { step: 10, measuredAt: 0 },
  top: 100,
  unit: (value) => `${value} %`,
  thresholds: { warn: [80, 'busy'], bad: [95, 'overloaded'] },
  note: ' of 2 processors',
  parts: [
    { name: 'didar', values: [0, 1, 2, 1] },
    { name: 'livekit', values: [], unknown: 'elsewhere' },
  ],
};

describe('an area', () => {
  test('is as high as its values are on the scale, and never nothing for what is something', () => {
    expect(area([0, 0.1, 50, 75, 100, 300], { width: 6, rows: 2, top: 100 }, UNICODE)).toEqual([
      '   ▄██',
      ' ▁████',
    ]);
  });

  test('has its newest value right where there is little history', () => {
    expect(area([100], { width: 3, rows: 1, top: 100 }, ASCII)).toEqual(['  #']);
  });
});

describe('the cells of a chart', () => {
  test('keep every peak, and a new sample changes the newest cell alone', () => {
    const values = [1, 9, 1, 1, 1, 1, 1];
    const at = (seconds: number) => spanOf(7, 3, { step: 10, measuredAt: seconds * 1000 });
    expect(inCells(values, 3, at(30))).toEqual([9, 1, 1]);
    expect(inCells([...values, 5], 3, at(40))).toEqual([9, 1, 5]);
    expect(inCells([...values, 5, 2], 3, at(50))).toEqual([9, 1, 5]);
    expect(inCells([...values, 5, 2, 3], 3, at(60))).toEqual([1, 5, 3]);
  });

  test('are one for each sample as long as there is room', () => {
    expect(inCells([1, 2, 3], 5, spanOf(3, 5, { step: 10, measuredAt: 20_000 }))).toEqual([1, 2, 3]);
  });
});

test('a scale ends at a round number', () => {
  expect([0, 3, 5, 5.1, 12, 36, 99, 101].map((value) => roundTop(value, 5))).toEqual([
    5, 5, 5, 10, 20, 50, 100, 200,
  ]);
});

describe('a chart', () => {
  test('tells what is measured, its peak, its scale, and in a word that it is much', () => {
    const lines = drawChart(CPU, { width: 60, rows: 3, glyphs: ASCII }).map(plainText);
    expect(lines.map((line) => line.trimEnd())).toEqual([
      '  CPU 90 %, busy                  peak 100 % of 2 processors',
      '                 100 % |                                  #+',
      '                       |                                 .##',
      '                   0 % |                                 ###',
      '  didar            1 % |                                 =#=',
      '  livekit    elsewhere |',
    ]);
  });

  test('has the colours of its thresholds where it is that high', () => {
    const [, ...rows] = drawChart(CPU, { width: 60, rows: 10, glyphs: UNICODE });
    const roles = rows.slice(0, 10).map((line) => line.at(-1)?.[1]);
    expect(roles).toEqual(['bad', 'warn', ...Array(8).fill('chart')]);
  });

  test('is a sentence for who listens', () => {
    expect(chartInWords(CPU)).toBe(
      'CPU: 90 %, busy, peak 100 % of 2 processors, on a scale to 100 %, didar 1 %, livekit elsewhere',
    );
    expect(chartInWords({ ...CPU, values: [] })).toBe('CPU: not measured yet');
  });
});
