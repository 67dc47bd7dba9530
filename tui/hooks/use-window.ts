import type { Dashboard } from '../state/dashboard.ts';
import type { List, ListWindow } from '../state/list.ts';
import { useDashboard } from './use-dashboard.ts';

/** The rows of a list that fit into `height` lines. */
export function useWindow<T>(listOf: (dashboard: Dashboard) => List<T>, height: number): ListWindow<T> {
  return useDashboard((dashboard) => listOf(dashboard).window(height), sameWindow);
}

function sameWindow<T>(a: ListWindow<T>, b: ListWindow<T>): boolean {
  return (
    a.cursor === b.cursor && a.rows.length === b.rows.length && a.rows.every((row, i) => row === b.rows[i])
  );
}
