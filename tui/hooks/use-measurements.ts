import { useEffect } from 'react';
import type { Measurements } from '../state/health.ts';
import { useDashboard, useShown } from './use-dashboard.ts';

/** What the server uses and carries, read again and again for as long as somebody looks. */
export function useMeasurements(): Measurements | undefined {
  const { dashboard } = useShown();
  useEffect(() => dashboard.health.watchMeasurements(), [dashboard]);
  return useDashboard((d) => d.health.measurements);
}
