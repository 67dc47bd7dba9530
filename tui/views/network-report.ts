import type { NetworkHealth, Port, SelfTest } from '../../src/modules/network/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import { clean } from '../text/clean.ts';
import { livekitRole } from '../text/livekit.ts';
import { since } from '../text/time.ts';
import { measured } from '../text/units.ts';
import { fit } from '../text/width.ts';
import type { Role } from '../theme/theme.ts';
import { pathBars } from './path-bars.ts';
import { field, heading, LABEL_WIDTH, type Line, label, type ReportContext } from './report-lines.ts';

/** Everything known of how media travels, most important first. `health` is undefined with a server that is silent. */
export function networkReport(
  system: System,
  health: NetworkHealth | undefined,
  context: ReportContext,
): Line[] {
  return [
    ...reached(system, context),
    ...(health === undefined
      ? []
      : [
          ...problems(health, context),
          ...meetings(health, context),
          ...tests(health.tests, context),
          ...certificate(health, context),
          ...ports(health.ports),
          ...failures(health, context),
        ]),
  ];
}

function reached({ url, livekit }: System, context: ReportContext): Line[] {
  const { state, version, missing } = livekit;
  return [
    ...field('reached at', url, context, 'strong'),
    [...label('livekit'), [state, livekitRole(state)], ` ${version ?? ''}`, ['  more of it: see 9', 'quiet']],
    ...missing.flatMap(({ what, add }) => [
      ...field('missing', what, context, 'warn'),
      ...field('', `add: ${add}`, context),
    ]),
  ];
}

function problems({ problems: all }: NetworkHealth, context: ReportContext): Line[] {
  if (all.length === 0) return [];
  return [
    heading('Problems'),
    ...all.flatMap(({ state, title, evidence, fix }): Line[] => [
      ['  ', [fit(state, LABEL_WIDTH), state === 'failed' ? 'bad' : 'warn'], title],
      ...field('', evidence, context),
      ...(fix === null ? [] : field('fix', fix, context, 'strong')),
    ]),
  ];
}

function meetings(health: NetworkHealth, context: ReportContext): Line[] {
  const { node, joins, connectMs, quality, paths } = health;
  const rate = joins.successRate;
  return [
    heading('Meetings'),
    [
      ...label('node'),
      node.ip,
      [` (${node.source}${node.nat ? ', behind NAT' : ''})`, node.nat ? 'warn' : 'quiet'],
      [node.seenAs !== null && node.seenAs !== node.ip ? `  STUN sees ${node.seenAs}` : '', 'bad'],
    ],
    [
      ...label('joins'),
      rate === null
        ? ['none yet', 'quiet']
        : [`${measured(rate * 100, '%')} got through`, rate < 0.95 ? 'bad' : rate < 0.99 ? 'warn' : 'good'],
      [`  ${joins.ok} of ${joins.ok + joins.failed}`, 'quiet'],
      `  connected in ${measured(connectMs.p50, 'ms')}, 95 % in ${measured(connectMs.p95, 'ms')}`,
    ],
    ...pathBars(paths, context),
    [
      ...label('quality'),
      `round trip ${measured(quality.rtt, 'ms')}, jitter ${measured(quality.jitter, 'ms')}, `,
      `lost ${measured(quality.lossIn, '%')} in, ${measured(quality.lossOut, '%')} out`,
      [`, ${measured(quality.nacks, 'NACK/s')}, ${measured(quality.plis, 'PLI/s')}`, 'quiet'],
    ],
  ];
}

const STATES: Readonly<Record<SelfTest['state'], Role>> = { ok: 'good', failed: 'bad', untested: 'quiet' };

const failedFirst = (a: SelfTest, b: SelfTest) => Number(b.state === 'failed') - Number(a.state === 'failed');

function tests(all: readonly SelfTest[], context: ReportContext): Line[] {
  if (all.length === 0) return [];
  const title = Math.max(...all.map((test) => test.title.length));
  return [
    heading('Self-tests'),
    ...all
      .toSorted(failedFirst)
      .flatMap((test): Line[] => [
        [
          '  ',
          [fit(test.state, LABEL_WIDTH), STATES[test.state]],
          fit(test.title, title),
          [fit(test.ms === null ? '' : measured(test.ms, 'ms'), 10, 'right'), 'quiet'],
          [`  ${clean(test.evidence)}`, 'quiet'],
        ],
        ...(test.fix === null ? [] : field('', test.fix, context, 'strong')),
      ]),
  ];
}

function certificate({ certificate: held }: NetworkHealth, context: ReportContext): Line[] {
  if (held === null) return [];
  const days = Math.floor(held.daysLeft);
  return [
    heading('Certificate'),
    [
      ...label(held.mode),
      held.subjects.join(', '),
      [`  ${days} days left`, days < 7 ? 'bad' : days < 21 ? 'warn' : 'good'],
    ],
    ...(held.problem === null ? [] : field('problem', held.problem, context, 'bad')),
  ];
}

function ports(all: readonly Port[]): Line[] {
  if (all.length === 0) return [];
  return [
    heading('Ports'),
    ...all.map((port): Line => {
      const range = port.port === port.to ? String(port.port) : `${port.port}-${port.to}`;
      const heard = port.listening === null ? 'when used' : port.listening ? 'listening' : 'NOT listening';
      return [
        '  ',
        [fit(heard, LABEL_WIDTH + 2), port.listening === false ? 'bad' : port.listening ? 'good' : 'quiet'],
        fit(`${range}/${port.protocol}`, 16),
        fit(port.public ? 'open it' : 'inside only', 13),
        `${port.purpose} `,
        [port.key, 'quiet'],
      ];
    }),
  ];
}

function failures({ failures: all }: NetworkHealth, context: ReportContext): Line[] {
  if (all.length === 0) return [];
  return [
    heading('Who could not connect'),
    ...all.flatMap((failure): Line[] => [
      [
        '  ',
        [fit(`${since(failure.at, context.now)} ago`, LABEL_WIDTH), 'quiet'],
        `${clean(failure.identity)} in ${failure.room}: `,
        [clean(failure.cause ?? failure.reason), 'warn'],
      ],
      ...(failure.fix === null ? [] : field('', failure.fix, context, 'strong')),
    ]),
  ];
}
