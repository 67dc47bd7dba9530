import type { Bundle } from '../../../src/lib/bundle.ts';
import type { BuiltLiveKit } from './livekit-server.ts';

export interface BundleParts {
  readonly livekit: BuiltLiveKit;
  /** Absolute path of its zstd form. */
  readonly compressed: string;
  readonly commit?: string;
  readonly releaseKey?: string;
  /** Absolute path of the text to embed, as zstd. */
  readonly licenses: string;
  /** Absolute paths of the bundled scripts to embed, as zstd. */
  readonly pageScripts: Bundle['pageScripts'];
}

/** The module that is compiled in place of `src/lib/bundle.ts`: its imports embed the files. */
export function bundleModule({
  livekit,
  compressed,
  commit,
  releaseKey,
  licenses,
  pageScripts,
}: BundleParts): string {
  const { version, sha256, size } = livekit;
  const plain: Omit<Bundle, 'livekit' | 'licenses' | 'pageScripts'> = { commit, releaseKey };
  return `
import asset from ${JSON.stringify(compressed)} with { type: 'file' };
import licenses from ${JSON.stringify(licenses)} with { type: 'file' };
import meeting from ${JSON.stringify(pageScripts.meeting)} with { type: 'file' };
import account from ${JSON.stringify(pageScripts.account)} with { type: 'file' };
export const bundle = {
  ...${JSON.stringify(plain)},
  livekit: { ...${JSON.stringify({ version, sha256, size })}, asset },
  licenses,
  pageScripts: { meeting, account },
};
`;
}
