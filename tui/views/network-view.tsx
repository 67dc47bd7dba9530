import { Box } from 'ink';
import { Report } from '../components/report.tsx';
import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useNetwork } from '../hooks/use-network.ts';
import { useNow } from '../hooks/use-now.ts';
import { networkReport } from './network-report.ts';
import type { ViewProps } from './view-props.ts';

/** How the media server is, how people reach it, and what keeps the rest from it. */
export function NetworkView({ width, height }: ViewProps) {
  const { glyphs } = useShown();
  const system = useDashboard((dashboard) => dashboard.world.system);
  const network = useNetwork();
  const now = useNow();
  if (system === undefined) return <Box height={height} />;
  return <Report lines={networkReport(system, network, { width, now, glyphs })} height={height} />;
}
