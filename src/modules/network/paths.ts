import type { Clock } from '../../lib/clock.ts';
import type { LiveState } from '../live/live-state.ts';
import type { MediaPath } from '../participants/model.ts';
import type { NetworkHealth } from './model.ts';
import type { PathRepo } from './repo.ts';

const DAY_MS = 86_400_000;
/** Views ask every second or two; a day's figures don't change that fast. */
const DAY_FIGURES_MS = 5_000;
const [MEDIAN, SLOWEST] = [0.5, 0.95];

type Paths = Pick<NetworkHealth, 'paths' | 'connectMs'>;
type Counts = Paths['paths']['now'];
type Day = { readonly at: number; readonly paths: Counts; readonly connectMs: Paths['connectMs'] };

/** By which paths people are connected: those who are in now, and all stays of the last 24 hours. */
export function createPaths({
  live,
  repo,
  clock,
}: {
  live: LiveState;
  repo: PathRepo;
  clock: Clock;
}): () => Paths {
  let day: Day | undefined;

  function lastDay(): Day {
    const at = clock.now();
    if (day && at - day.at < DAY_FIGURES_MS) return day;
    const since = at - DAY_MS;
    const [p50 = null, p95 = null] = repo.connectTimesSince(since, [MEDIAN, SLOWEST]);
    day = { at, paths: counted(repo.pathsSince(since)), connectMs: { p50, p95 } };
    return day;
  }

  return () => {
    const present = live
      .rooms()
      .flatMap(({ name }) => live.participants(name))
      .filter(({ permissions }) => !permissions.hidden)
      .map(({ path }) => ({ path, stays: 1 }));
    const { paths, connectMs } = lastDay();
    return { paths: { now: counted(present), day: paths }, connectMs };
  };
}

function counted(groups: readonly { readonly path: MediaPath | null; readonly stays: number }[]): Counts {
  const counts = { udp: 0, tcp: 0, 'turn-udp': 0, 'turn-tls': 0, unknown: 0 };
  for (const { path, stays } of groups) counts[path ?? 'unknown'] += stays;
  return counts;
}
