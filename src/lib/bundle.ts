/** What the build put into the executable besides code. */
export interface Bundle {
  /** Short id of the commit that the sources come from; undefined outside a git work tree. */
  readonly commit?: string;
  /** Public key that releases are signed with, DER as base64; undefined where the build was given none. */
  readonly releaseKey?: string;
  readonly livekit: BundledBinary;
  /** Path of the embedded text of all third-party licences, for `embeddedText`. */
  readonly licenses: string;
  /** Paths of the embedded scripts of the pages, bundled for browsers, for `embeddedText`. */
  readonly pageScripts: { readonly meeting: string; readonly account: string };
}

export interface BundledBinary {
  readonly version: string;
  /** Of the unpacked binary, hexadecimal. */
  readonly sha256: string;
  /** Of the unpacked binary, in bytes. */
  readonly size: number;
  /** Path of the embedded zstd file, for `Bun.file`. */
  readonly asset: string;
}

/**
 * Undefined when run from source: the build compiles a generated module in this file's place
 * (`scripts/lib/build/bundle.ts`).
 */
export const bundle: Bundle | undefined = undefined;
