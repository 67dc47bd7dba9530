import { Counter, Gauge, type Registry } from 'prom-client';

export type Sample = readonly [labels: Record<string, string>, value: number];
export const NO_LABELS: Record<string, string> = {};

type Add = (name: string, help: string, read: () => readonly Sample[], labelNames?: string[]) => void;

/** Adds figures that are read anew at each scrape; what is not there any more is not told any more. */
export function readAnew(registry: Registry): { readonly gauge: Add; readonly counter: Add } {
  const registers = [registry];
  return {
    gauge(name, help, read, labelNames = []) {
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [labels, value] of read()) this.set(labels, value);
        },
      });
    },
    counter(name, help, read, labelNames = []) {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [labels, value] of read()) this.inc(labels, value);
        },
      });
    },
  };
}
