import { useEffect } from 'react';
import type { ViewName } from '../state/view.ts';
import { useDashboard, useShown } from './use-dashboard.ts';

/** Keeps what a view shows as the server has it for as long as somebody looks. */
export function useWatch(view: ViewName): void {
  const { dashboard } = useShown();
  const inside = useDashboard((d) => d.ui.webhook);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another webhook's deliveries are other ones
  useEffect(() => dashboard.background.watch(view), [dashboard, view, inside]);
}
