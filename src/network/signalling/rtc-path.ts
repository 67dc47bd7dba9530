/**
 * The paths that reach livekit: `/rtc` and plain names below it. No dots, no percent signs, no empty segments, so
 * that no way of writing a path means another one there than here.
 */
const RTC_PATH = /^\/rtc(?:\/[A-Za-z0-9_-]+)*$/;

/** A path that looks like signalling at its first glance, whether or not it is a good one. */
export function startsWithRtc(url: string, pathStart: number): boolean {
  if (!url.startsWith('/rtc', pathStart)) return false;
  const next = url[pathStart + 4];
  return next === undefined || next === '/' || next === '?' || next === '#';
}

/** The path to ask livekit for, without its query; undefined for one that must not pass. */
export function rtcPath(pathname: string): string | undefined {
  return RTC_PATH.test(pathname) ? pathname : undefined;
}

/** Where livekit says in plain HTTP why it would not take a connection. */
export function validatePath(path: string): string {
  return path.endsWith('/validate') ? path : `${path}/validate`;
}
