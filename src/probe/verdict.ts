import { MEDIA_PATHS, type MediaPath, type Row, type Verdict } from './report.ts';

/** The id of a path's row. */
export const rowIdOf = (path: MediaPath): string => `path-${path}`;

/** The first failure is what everything after it may hang on; warnings come after failures. */
export function judge(rows: readonly Row[]): Verdict {
  const fault = rows.find(({ state }) => state === 'failed') ?? rows.find(({ state }) => state === 'warning');
  const fix = fault?.fix ?? null;
  const tried = MEDIA_PATHS.map((path) => ({ path, row: rows.find(({ id }) => id === rowIdOf(path)) }));
  const path = tried.find(({ row }) => row?.state === 'ok' || row?.state === 'warning')?.path ?? null;
  return {
    path,
    text: textOf(
      path,
      tried.some(({ row }) => row !== undefined),
      fault,
    ),
    fix,
  };
}

/** Without these there is no call at all; what comes after them are ways that can stand in for one another. */
const NEEDED = ['dns', 'tcp', 'tls', 'http', 'ready', 'join', 'signalling'];

function textOf(path: MediaPath | null, wereTried: boolean, fault: Row | undefined): string {
  if (path !== null) return `A client here would use ${path}.`;
  if (wereTried) return 'No client can connect from here: no path carries media.';
  if (fault?.state === 'failed') {
    return NEEDED.includes(fault.id)
      ? `No client can connect from here: ${fault.title} failed.`
      : `${fault.title} failed: whether another path works, only a join can tell (a join link, --room or --token-file).`;
  }
  return 'All that can be tried without a join works; a join link, --room or --token-file also tries each path of media.';
}
