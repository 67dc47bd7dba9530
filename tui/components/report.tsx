import { Box } from 'ink';
import { useEffect } from 'react';
import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { Line, type Segment } from './segments.tsx';

export interface ReportProps {
  readonly lines: readonly (readonly Segment[])[];
  readonly height: number;
}

/** Lines to read, scrolled by the keys that move through rows elsewhere. */
export function Report({ lines, height }: ReportProps) {
  const { dashboard } = useShown();
  const scroll = useDashboard((d) => d.ui.scroll);
  const dim = useDashboard((d) => d.feed.connection.state === 'lost');
  const last = Math.max(0, lines.length - height);
  useEffect(() => dashboard.limitScroll(last), [dashboard, last]);
  const top = Math.min(scroll, last);
  return (
    <Box flexDirection="column" height={height}>
      {lines.slice(top, top + height).map((segments, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
        <Line key={top + i} segments={segments} dim={dim} />
      ))}
    </Box>
  );
}
