const STEPS = [1, 2, 5, 10];

/** The least of 1, 2, 5, 10, 20, 50, ... that is not below `value`, and not below `least`. */
export function roundTop(value: number, least: number): number {
  if (value <= least) return least;
  const power = 10 ** Math.floor(Math.log10(value));
  return power * (STEPS.find((step) => step * power >= value) ?? 10);
}
