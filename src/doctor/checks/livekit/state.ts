import type { MediaServerStatus } from '../../../livekit/media-server/media-server.ts';
import { explainText } from '../../../troubles/explain.ts';
import { type Check, failed, type Outcome, ok, skipped, warning } from '../../check.ts';

const HOUR_MS = 3_600_000;
const SHOWN_LINES = 5;

/** Rows 9 and 14: the media server is up; when not, its last words and the cause found in them. */
export const stateCheck: Check = {
  id: 'livekit.state',
  title: 'The media server is up',
  run({ running, clock }) {
    if (running === undefined) return skipped('No didar runs here.');
    const { media } = running;
    const status = media.status();
    if (status.state !== 'ready') return notReady(status);
    const who = `livekit-server${media.version() === undefined ? '' : ` ${media.version()}`} (${media.mode})`;
    const { lastExit, restarts } = status;
    if (lastExit === undefined || clock.now() - lastExit.at > HOUR_MS) return ok(`${who} is ready.`);
    return warning(
      `${who} is ready, after it ended at ${new Date(lastExit.at).toISOString()} (restarts: ${restarts}).\n${lastWords(status)}`,
      remedyOf(status),
    );
  },
};

function notReady(status: MediaServerStatus): Outcome {
  const reason = status.reason ?? `livekit-server is in state ${status.state}.`;
  return failed(`${reason}\n${lastWords(status)}`.trim(), {
    ...remedyOf(status),
    ...(status.fix !== undefined && { fix: status.fix }),
  });
}

function lastWords({ lastExit }: MediaServerStatus): string {
  if (lastExit === undefined) return '';
  const cause = lastExit.cause === undefined ? [] : [`${lastExit.cause.title}: ${lastExit.cause.cause}`];
  return [...cause, ...lastExit.lastLines.slice(-SHOWN_LINES)].join('\n');
}

function remedyOf({ lastExit, reason = '' }: MediaServerStatus) {
  const cause = lastExit?.cause ?? explainText(reason)[0];
  return cause === undefined
    ? { fix: '"didar explain" on its log names known causes.' }
    : { trouble: cause.id, fix: cause.fix, ...(cause.key !== undefined && { key: cause.key }) };
}
