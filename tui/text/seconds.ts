const UNITS = { s: 1, m: 60, h: 3600 } as const;

/** Seconds as people write them: `90s`, `5m`, `1h`. */
export function secondsText(seconds: number): string {
  if (seconds % UNITS.h === 0) return `${seconds / UNITS.h}h`;
  return seconds % UNITS.m === 0 ? `${seconds / UNITS.m}m` : `${seconds}s`;
}

/** The seconds of `90`, `90s`, `5 m` or `1h`; undefined for anything else. */
export function secondsFrom(text: string): number | undefined {
  const [, amount, unit = 's'] = /^(\d{1,9})\s*([smh])?$/.exec(text.trim().toLowerCase()) ?? [];
  return amount === undefined ? undefined : Number(amount) * UNITS[unit as keyof typeof UNITS];
}
