import { useEffect } from 'react';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import { useDashboard, useShown } from './use-dashboard.ts';

/** The network's health, read again and again for as long as somebody looks. */
export function useNetwork(): NetworkHealth | undefined {
  const { dashboard } = useShown();
  useEffect(() => dashboard.health.watchNetwork(), [dashboard]);
  return useDashboard((d) => d.health.network);
}
