import { useEffect, useState } from 'react';
import { useShown } from './use-dashboard.ts';

const MINUTE_MS = 60_000;

/** The time in milliseconds since the epoch, no finer than `stepMs`: a clock on the screen costs a write at each step. */
export function useNow(stepMs = MINUTE_MS): number {
  const { clock } = useShown().dashboard;
  const [now, setNow] = useState(() => clock.now());
  useEffect(() => {
    setNow(clock.now());
    return clock.every(stepMs, () => setNow(clock.now()));
  }, [clock, stepMs]);
  return now;
}
