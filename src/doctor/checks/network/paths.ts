import { type Check, ok, skipped, warning } from '../../check.ts';

const HOUR_MS = 3_600_000;
/** A share that bad networks of single people don't reach. */
const BAD_SHARE = 0.1;

/** Row 20: by which paths people come. None by TURN is as it should be. */
export const pathsCheck: Check = {
  id: 'network.paths',
  title: 'People are connected by the paths that there are',
  async run({ network }) {
    if (network === undefined) return skipped('No didar runs here.');
    const counts = Object.entries((await network).paths.day);
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) return ok('Nobody was connected in the last 24 hours.');
    const shares = counts
      .filter(([, count]) => count > 0)
      .map(([path, count]) => `${path} ${Math.round((100 * count) / total)}%`);
    const isRelayed = counts.some(([path, count]) => path.startsWith('turn') && count > 0);
    const verdict = isRelayed ? '' : ' Nobody needed TURN: direct paths work, as it should be.';
    return ok(`Of ${total} in the last 24 hours: ${shares.join(', ')}.${verdict}`);
  },
};

/** Row 16: who joins gets media. */
export const connectionsCheck: Check = {
  id: 'network.connections',
  title: 'Who joins gets media',
  async run({ network, clock }) {
    if (network === undefined) return skipped('No didar runs here.');
    const { failures, joins } = await network;
    const recent = failures.filter(({ at }) => clock.now() - Date.parse(at) < HOUR_MS);
    const [newest] = recent;
    if (newest === undefined) return ok('No connection failed in the last hour.');
    const shown = `${recent.length} connections failed in the last hour (${joins.ok} came about since the start); the newest is ${newest.identity} in ${newest.room}: ${newest.reason}.`;
    if (recent.length / (recent.length + joins.ok) < BAD_SHARE) return ok(shown);
    return warning(`${shown} ${newest.cause ?? ''}`.trim(), {
      trouble: 'no-media',
      ...(newest.fix !== null && { fix: newest.fix }),
    });
  },
};
