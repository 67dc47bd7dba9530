import { Box } from 'ink';
import type { LiveKitStatus } from '../../src/modules/system/model.ts';
import { Line, type Segment } from '../components/segments.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useNow } from '../hooks/use-now.ts';
import { clean } from '../text/clean.ts';
import { livekitRole } from '../text/livekit.ts';
import { since } from '../text/time.ts';
import { fit } from '../text/width.ts';
import type { ViewProps } from './view-props.ts';

const LABEL_WIDTH = 12;
const MODES: Readonly<Record<LiveKitStatus['mode'], string>> = {
  embedded: 'embedded: started and looked after by didar',
  static: 'embedded, with a configuration of your own',
  external: 'external: runs elsewhere',
};

/** How the media server is, and what ended it last. */
export function NetworkView({ height }: ViewProps) {
  const system = useDashboard((dashboard) => dashboard.world.system);
  const now = useNow();
  if (system === undefined) return <Box height={height} />;
  const { livekit } = system;
  const lines: Segment[][] = [
    field('reached at', [system.url, 'strong']),
    field('livekit', [livekit.state, livekitRole(livekit.state)]),
    field('version', livekit.version ?? 'not known'),
    field('mode', MODES[livekit.mode]),
    field('process', livekit.pid === null ? '-' : String(livekit.pid)),
    field('up', livekit.startedAt === null ? '-' : since(livekit.startedAt, now)),
    field('restarts', [String(livekit.restarts), livekit.restarts > 0 ? 'warn' : 'plain']),
    ...lastExit(livekit, now),
    ...livekit.missing.flatMap(({ what, add }): Segment[][] => [
      field('missing', [what, 'warn']),
      field('', `add: ${add}`),
    ]),
  ];
  return (
    <Box flexDirection="column" height={height} paddingTop={1}>
      {lines.slice(0, height - 1).map((segments, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a fixed report
        <Line key={i} segments={segments} />
      ))}
    </Box>
  );
}

function lastExit({ lastExit: exit }: LiveKitStatus, now: number): Segment[][] {
  if (exit === null) return [];
  const how = exit.signal ? `by ${exit.signal}` : `with code ${exit.code ?? '?'}`;
  const ago = since(exit.at, now);
  return [
    [''],
    field('last exit', [`${how}, ${ago === 'now' ? 'just now' : `${ago} ago`}`, 'warn']),
    ...(exit.cause
      ? [field('cause', exit.cause.cause), field('fix', [exit.cause.fix, 'strong'])]
      : [field('cause', 'not recognised; its last lines:')]),
    ...exit.lastLines.slice(-5).map((line) => field('', [clean(line), 'quiet'])),
  ];
}

function field(label: string, value: Segment): Segment[] {
  return ['  ', [fit(label, LABEL_WIDTH), 'quiet'], value];
}
