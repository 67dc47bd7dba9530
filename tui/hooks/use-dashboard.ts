import { createContext, useContext, useRef, useSyncExternalStore } from 'react';
import type { Dashboard } from '../state/dashboard.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { ThemeName } from '../theme/theme.ts';

export interface Shown {
  readonly dashboard: Dashboard;
  readonly glyphs: Glyphs;
  readonly theme: ThemeName;
}

export const DashboardContext = createContext<Shown | undefined>(undefined);

/** The dashboard that is shown and the signs to draw with. */
export function useShown(): Shown {
  const shown = useContext(DashboardContext);
  if (shown === undefined) throw new Error('no dashboard in this tree');
  return shown;
}

/**
 * A part of the dashboard's state. The component is drawn again only when that part is different by `same`: a
 * change of a row that nobody sees draws nothing.
 */
export function useDashboard<T>(
  select: (dashboard: Dashboard) => T,
  same: (a: T, b: T) => boolean = Object.is,
): T {
  const { dashboard } = useShown();
  const last = useRef<{ readonly value: T } | undefined>(undefined);
  return useSyncExternalStore(dashboard.subscribe, () => {
    const next = select(dashboard);
    if (last.current === undefined || !same(last.current.value, next)) last.current = { value: next };
    return last.current.value;
  });
}

/** Two lists of the very same items in the same order, for {@link useDashboard}. */
export function sameItems<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i]);
}
