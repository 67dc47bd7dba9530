/** A moment as part of a file's name, to the second and in UTC: `20260131T235959`. Names sort as their times do. */
export function fileTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/[^\dT]/g, '')
    .slice(0, 'yyyymmddThhmmss'.length);
}
