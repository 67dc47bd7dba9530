import type { Bundle } from '../../../src/lib/bundle.ts';
import type { BuiltLiveKit } from './livekit-server.ts';

export interface BundleParts {
  readonly livekit: BuiltLiveKit;
  readonly commit?: string;
  /** Absolute path of the text to embed. */
  readonly licenses: string;
}

/** The module that is compiled in place of `src/lib/bundle.ts`: its imports embed the files. */
export function bundleModule({ livekit, commit, licenses }: BundleParts): string {
  const { version, sha256, size } = livekit;
  const plain: Omit<Bundle, 'livekit' | 'licenses'> = { commit };
  return `
import asset from ${JSON.stringify(livekit.compressed)} with { type: 'file' };
import licenses from ${JSON.stringify(licenses)} with { type: 'file' };
export const bundle = {
  ...${JSON.stringify(plain)},
  livekit: { ...${JSON.stringify({ version, sha256, size })}, asset },
  licenses,
};
`;
}
