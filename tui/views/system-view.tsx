import { Box } from 'ink';
import { Report } from '../components/report.tsx';
import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useMeasurements } from '../hooks/use-measurements.ts';
import { useNow } from '../hooks/use-now.ts';
import { systemReport } from './system-report.ts';
import type { ViewProps } from './view-props.ts';

/** How the server and its machine are, with charts of the last hour. */
export function SystemView({ width, height }: ViewProps) {
  const { glyphs } = useShown();
  const system = useDashboard((dashboard) => dashboard.world.system);
  const read = useMeasurements();
  const now = useNow();
  if (system === undefined) return <Box height={height} />;
  return <Report lines={systemReport(system, read, { width, height, now, glyphs })} height={height} />;
}
