/**
 * Makes counters that wrap around go on for ever: `unwrap(16)` for sequence numbers, `unwrap(32)` for timestamps. Each
 * value is taken to be the one nearest to the newest, before or after it.
 */
export function unwrap(bits: 16 | 32): (value: number) => number {
  const size = 2 ** bits;
  let newest: number | undefined;
  return (value) => {
    if (newest === undefined) {
      newest = value;
      return value;
    }
    const whole = nearest(value, newest, size);
    newest = Math.max(newest, whole);
    return whole;
  };
}

/** The number that is `value` modulo `size` and nearest to `reference`. */
export function nearest(value: number, reference: number, size: number): number {
  const distance = (((value - reference) % size) + size) % size;
  return reference + (distance < size / 2 ? distance : distance - size);
}
