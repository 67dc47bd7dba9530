import { bundle } from '../../lib/bundle.ts';
import { livekitFromSource } from '../../livekit/binary/from-source.ts';
import { livekitVersionOf } from '../../livekit/binary/version.ts';

/** The version of livekit-server in the executable; run from source, of the one that the build would put into it. */
export async function bundledLiveKitVersion(): Promise<string> {
  return bundle?.livekit.version ?? (await livekitVersionOf(await livekitFromSource(process.env)));
}
