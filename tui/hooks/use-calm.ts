import { useEffect, useState } from 'react';
import type { Dashboard } from '../state/dashboard.ts';
import { useShown } from './use-dashboard.ts';

/** A number that changes all the time is read no faster than this, and every change costs a frame. */
const CALM_MS = 1000;

/**
 * A number of the dashboard's state, shown at once after a quiet second and once a second while it goes on
 * changing. `select` must be the same function each time.
 */
export function useCalm(select: (dashboard: Dashboard) => number): number {
  const { dashboard } = useShown();
  const [shown, setShown] = useState(() => select(dashboard));
  useEffect(() => {
    const { clock } = dashboard;
    let current = select(dashboard);
    let last = Number.NEGATIVE_INFINITY;
    let cancel: (() => void) | undefined;
    const show = () => {
      cancel = undefined;
      last = clock.now();
      current = select(dashboard);
      setShown(current);
    };
    const look = () => {
      if (cancel !== undefined || select(dashboard) === current) return;
      const wait = last + CALM_MS - clock.now();
      if (wait <= 0) show();
      else cancel = clock.after(wait, show);
    };
    show();
    const unsubscribe = dashboard.subscribe(look);
    return () => {
      unsubscribe();
      cancel?.();
    };
  }, [dashboard, select]);
  return shown;
}
