import { Box, Text } from 'ink';
import type { LiveKitStatus } from '../../src/modules/system/model.ts';
import { Line } from '../components/segments.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useNow } from '../hooks/use-now.ts';
import { clean } from '../text/clean.ts';
import { livekitRole } from '../text/livekit.ts';
import { since } from '../text/time.ts';
import { fit } from '../text/width.ts';
import { lookOf, type Role } from '../theme/theme.ts';
import type { ViewProps } from './view-props.ts';

const LABEL_WIDTH = 12;
const LOG_LINES = 5;
const MODES: Readonly<Record<LiveKitStatus['mode'], string>> = {
  embedded: 'embedded: started and looked after by didar',
  static: 'embedded, with a configuration of your own',
  external: 'external: runs elsewhere',
};

/** How the media server is, and what ended it last. */
export function NetworkView({ width, height }: ViewProps) {
  const system = useDashboard((dashboard) => dashboard.world.system);
  const now = useNow();
  if (system === undefined) return <Box height={height} />;
  const { livekit } = system;
  const facts: Fact[] = [
    ['reached at', system.url, 'strong'],
    ['livekit', livekit.state, livekitRole(livekit.state)],
    ['version', livekit.version ?? 'not known', 'plain'],
    ['mode', MODES[livekit.mode], 'plain'],
    ['process', livekit.pid === null ? '-' : String(livekit.pid), 'plain'],
    ['up', livekit.startedAt === null ? '-' : since(livekit.startedAt, now), 'plain'],
    ['restarts', String(livekit.restarts), livekit.restarts > 0 ? 'warn' : 'plain'],
    ...lastExit(livekit, now),
    ...livekit.missing.flatMap(({ what, add }): Fact[] => [
      ['missing', what, 'warn'],
      ['add', add, 'plain'],
    ]),
  ];
  return (
    <Box flexDirection="column" height={height} overflow="hidden" paddingLeft={2} paddingTop={1}>
      {facts.map(([label, value, role], i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a fixed report
        <Box key={i} flexShrink={0}>
          <Line segments={[[fit(label, LABEL_WIDTH), 'quiet']]} />
          <Box width={width - LABEL_WIDTH - 4}>
            <Text {...lookOf(role)}>{value}</Text>
          </Box>
        </Box>
      ))}
    </Box>
  );
}

type Fact = readonly [label: string, value: string, role: Role];

function lastExit({ lastExit: exit }: LiveKitStatus, now: number): Fact[] {
  if (exit === null) return [];
  const how = exit.signal ? `by ${exit.signal}` : `with code ${exit.code ?? '?'}`;
  const ago = since(exit.at, now);
  const lines = exit.lastLines.slice(-LOG_LINES).map((line): Fact => ['', clean(line), 'quiet']);
  return [
    ['last exit', `${how}, ${ago === 'now' ? 'just now' : `${ago} ago`}`, 'warn'],
    ...(exit.cause
      ? ([
          ['cause', exit.cause.cause, 'plain'],
          ['fix', exit.cause.fix, 'strong'],
        ] as const)
      : ([['cause', 'not recognised; its last lines:', 'plain']] as const)),
    ...lines,
  ];
}
