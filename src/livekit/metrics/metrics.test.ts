import { describe, expect, test } from 'bun:test';
import { manualClock } from '../../lib/manual-clock.ts';
import { parseMetrics } from './parse-text.ts';
import { type Reading, readMetrics } from './reading.ts';
import { createMetricsSampler, SAMPLE_EVERY_MS } from './sampler.ts';

/** Of livekit-server 1.13.5 with two people, one of whom sends sound and pictures; parts of its histograms left out. */
const TEXT = await Bun.file(`${import.meta.dir}/../../../test/fixtures/livekit-metrics.txt`).text();

test('the format is read with its escapes, exponents and endless values; comments and others are passed over', () => {
  const text =
    '# HELP a b\na{x="1 \\"2\\" }",y="\\\\n"} 1.5e+03\nother 7\na +Inf 1795795385000\nnonsense here';
  expect(parseMetrics(text, new Set(['a']))).toEqual([
    { name: 'a', labels: { x: '1 "2" }', y: '\\n' }, value: 1500 },
    { name: 'a', labels: {}, value: Number.POSITIVE_INFINITY },
  ]);
});

test("livekit's own text gives counts by direction, joins, people, and sums behind its averages", () => {
  expect(readMetrics(TEXT)).toEqual({
    nodeId: 'ND_first',
    participants: 2,
    counts: {
      bytesIn: 122_669,
      bytesOut: 124_367,
      packetsIn: 322,
      packetsOut: 346,
      lostIn: 0,
      lostOut: 0,
      nacks: 0,
      plis: 1,
      joinsOk: 2,
      joinsFailed: 0,
      jitterSum: 10_182,
      jitterCount: 4,
      rttSum: 10,
      rttCount: 3,
    },
  });
});

describe('the history', () => {
  const first = readMetrics(TEXT);
  const later = (changes: Partial<Reading['counts']>, from = first): Reading => ({
    ...from,
    counts: { ...from.counts, ...changes },
  });

  /** Samples once for each reading; `undefined` is a livekit that does not answer. */
  async function sampled(readings: readonly (Reading | undefined)[], failedJoins?: () => number) {
    const clock = manualClock();
    const left = [...readings];
    const sampler = createMetricsSampler({
      clock,
      failedJoins,
      read: async () => left.shift() ?? Promise.reject(new Error('nothing answers')),
    });
    for (const _ of readings) {
      clock.advance(SAMPLE_EVERY_MS);
      await sampler.sample();
    }
    return sampler.history();
  }

  test('is empty before the first answer, whatever was tried', async () => {
    const history = await sampled([undefined, undefined]);
    expect(history).toMatchObject({ measuredAt: undefined, joins: { ok: 0, failed: 0 }, step: 10 });
    expect(history.series.bytesIn).toEqual([]);
    expect(history.quality).toEqual({
      lossIn: null,
      lossOut: null,
      jitter: null,
      rtt: null,
      nacks: null,
      plis: null,
    });
  });

  test('turns counters into rates a second, and losses into percent', async () => {
    const { series, quality } = await sampled([
      first,
      later({
        bytesIn: 122_669 + 50_000,
        packetsIn: 322 + 95,
        lostIn: 5,
        packetsOut: 346 + 200,
        lostOut: 1,
        nacks: 10,
      }),
    ]);
    expect(series.bytesIn).toEqual([12_266.9, 5000]);
    expect(series.packetLossIn).toEqual([0, 5]);
    expect(series.packetLossOut).toEqual([0, 0.5]);
    expect(series.participants).toEqual([2, 2]);
    expect(quality.nacks).toBe(0.5);
    expect(quality.jitter).toBeCloseTo(10_182 / 4 / 1000);
    expect(quality.rtt).toBeCloseTo(10 / 3);
  });

  test('counts on through a restart of livekit, which begins at nought', async () => {
    const restarted = { ...later({ joinsOk: 1, joinsFailed: 1, bytesIn: 200_000 }), nodeId: 'ND_second' };
    const { joins, series } = await sampled([first, undefined, restarted]);
    expect(joins).toEqual({ ok: 3, failed: 1 });
    expect(series.bytesIn).toEqual([12_266.9, 0, 10_000]);
    expect(series.participants).toEqual([2, 0, 2]);
  });

  test('tells failed joins beside those that got through, also of a livekit that does not count them', async () => {
    const readings = [first, later({ joinsOk: 12, joinsFailed: 5 })];
    const { series } = await sampled(readings);
    expect([series.joins.at(-1), series.joinsFailed.at(-1)]).toEqual([1, 0.5]);
    let failed = 0;
    const elsewhere = await sampled(readings, () => (failed += 20));
    expect(elsewhere.series.joinsFailed).toEqual([2, 2]);
  });

  test('a missed answer does not double the rate after it', async () => {
    const { series } = await sampled([first, undefined, later({ bytesIn: 122_669 + 50_000 })]);
    expect(series.bytesIn).toEqual([12_266.9, 0, 2500]);
  });

  test('quality is that of the last minute', async () => {
    const bad = later({ lostIn: 100, packetsIn: 422 });
    const good = Array.from({ length: 6 }, (_, i) => later({ packetsIn: 522 + i * 100 }, bad));
    expect((await sampled([first, bad])).quality.lossIn).toBeGreaterThan(19);
    expect((await sampled([first, bad, ...good])).quality.lossIn).toBe(0);
  });
});
