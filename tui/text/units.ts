const BITS = ['bit/s', 'kbit/s', 'Mbit/s', 'Gbit/s'];

/** A rate in bytes a second as people name lines: `4.2 Mbit/s`. */
export function bitRate(bytesPerSecond: number): string {
  let value = bytesPerSecond * 8;
  let unit = 0;
  while (value >= 1000 && unit < BITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BITS[unit]}`;
}

/** A number with its unit, short: `0.4 %`, `34 ms`; a dash when it is not known. */
export function measured(value: number | null, unit: string): string {
  if (value === null) return '-';
  return `${value >= 100 || Number.isInteger(value) ? Math.round(value) : value.toFixed(1)} ${unit}`;
}

const BYTES = ['B', 'kB', 'MB', 'GB', 'TB'];

/** `512 B`, `4.2 MB`. */
export function byteSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < BYTES.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${BYTES[unit]}`;
}
