import { type Check, ok, skipped } from '../../check.ts';

/** Row 20: by which paths people come. None by TURN is as it should be. */
export const pathsCheck: Check = {
  id: 'network.paths',
  title: 'How people are connected',
  run({ running }) {
    if (running?.paths === undefined) return skipped('Nobody counts it here.');
    const counts = Object.entries(running.paths());
    const total = counts.reduce((sum, [, count]) => sum + count, 0);
    if (total === 0) return ok('Nobody was connected in the last 24 hours.');
    const shares = counts
      .filter(([, count]) => count > 0)
      .map(([path, count]) => `${path} ${Math.round((100 * count) / total)}%`);
    const relayed = counts.filter(([path]) => path.startsWith('turn')).some(([, count]) => count > 0);
    const verdict = relayed ? '' : ' Nobody needed TURN: direct paths work, as it should be.';
    return ok(`Of ${total} in the last 24 hours: ${shares.join(', ')}.${verdict}`);
  },
};
