import { inspectBinary } from '../../../livekit/binary/inspect.ts';
import { atLeast } from '../../../livekit/config/version.ts';
import { type Check, failed, failedBy, ok, skipped } from '../../check.ts';
import { binaryPathOf, versionOf } from '../../livekit-files.ts';
import { modeOf } from '../../subject.ts';

const OLDEST = '1.11.0';

/** Row 11: livekit-server is there, is for this machine, may be run, and is new enough. */
export const binaryCheck: Check = {
  id: 'livekit.binary',
  title: 'livekit-server can be run',
  async run(subject) {
    if (modeOf(subject) === 'external') return skipped('livekit-server runs elsewhere.');
    try {
      const path = await binaryPathOf(subject);
      if (path === undefined) return ok('The bundled livekit-server; the first start unpacks it.');
      await inspectBinary(path);
      const version = await versionOf(subject);
      if (atLeast(version, OLDEST)) return ok(`livekit-server ${version} at ${path}`);
      return failed(`livekit-server ${version} at ${path} is older than ${OLDEST}.`, {
        fix: 'Name a newer one in livekit.binary, or remove the key to use the bundled one.',
        key: 'livekit.binary',
      });
    } catch (error) {
      return { ...failedBy(error, { trouble: 'binary-unusable' }), key: 'livekit.binary' };
    }
  },
};
