/** A value that changes at moments: it holds from `from` (seconds) to the next. */
export interface Step {
  readonly from: number;
  readonly value: string | number;
}

/**
 * Steps as an expression of ffmpeg over `variable`, as a balanced tree: its parser allows a depth of a hundred only.
 * Steps are in order; the first holds from the beginning.
 */
export function stepExpression(steps: readonly Step[], variable: 't' | 'T' = 't'): string {
  const changes = steps.filter((step, i) => i === 0 || step.value !== steps[i - 1]?.value);
  return tree(changes, variable);
}

function tree(steps: readonly Step[], variable: string): string {
  const [first, ...more] = steps;
  if (!first || more.length === 0) return String(first?.value ?? 0);
  const middle = steps.length >> 1;
  const from = steps[middle]?.from ?? 0;
  return `if(lt(${variable},${from.toFixed(4)}),${tree(steps.slice(0, middle), variable)},${tree(steps.slice(middle), variable)})`;
}
