const FIRST_DELAY_MS = 200;
const LONGEST_DELAY_MS = 10_000;
/** A child that was ready for this long is healthy again: the next failure starts from the shortest delay. */
export const HEALTHY_AFTER_MS = 60_000;

/** How long to wait before start number `failures + 1`, milliseconds: 200, 400, … 10,000. */
export function backoffDelay(failures: number): number {
  return Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.max(0, failures - 1));
}
