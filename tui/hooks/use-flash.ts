import { useEffect, useState } from 'react';
import { changedColumns, type Placed } from '../components/columns.ts';
import { useShown } from './use-dashboard.ts';

/** Long enough to be seen, short enough to tell two changes apart. */
const FLASH_MS = 700;
const NONE: ReadonlySet<string> = new Set();

/** The columns of a row that have just become different. Costs one more drawing of the row when it is over. */
export function useFlash(
  placed: readonly Placed<unknown>[],
  item: unknown,
  now: number,
): ReadonlySet<string> {
  const { clock } = useShown().dashboard;
  const [seen, setSeen] = useState(item);
  const [flashing, setFlashing] = useState(NONE);
  if (seen !== item) {
    setSeen(item);
    const changed = changedColumns(placed, seen, item, now);
    if (changed.size > 0) setFlashing(changed);
  }
  useEffect(
    () => (flashing === NONE ? undefined : clock.after(FLASH_MS, () => setFlashing(NONE))),
    [clock, flashing],
  );
  return flashing;
}

/** Whether a number has just become another. */
export function useFlashing(value: number): boolean {
  const { clock } = useShown().dashboard;
  const [seen, setSeen] = useState(value);
  useEffect(
    () => (seen === value ? undefined : clock.after(FLASH_MS, () => setSeen(value))),
    [clock, seen, value],
  );
  return seen !== value;
}
