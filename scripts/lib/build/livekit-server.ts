import { mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../src/lib/atomic-file.ts';
import { DomainError, messageOf } from '../../../src/lib/errors.ts';
import { livekitCacheDir, pinnedLiveKitVersion } from '../../../src/livekit/binary/from-source.ts';
import { livekitVersionOf } from '../../../src/livekit/binary/version.ts';
import { output } from '../command.ts';
import { step } from '../step.ts';
import { type GoLicense, goLicenses } from './go-licenses.ts';

const MODULE = 'github.com/livekit/livekit-server/cmd/server';
const PINNED_DIR = 'scripts/livekit-server';
const BUILD_FLAGS = ['-trimpath', '-ldflags=-s -w'];
/** The highest: 13.9 MB in 19 s, where 12 gives 15.7 MB in 2 s. It is done once a version. */
const ZSTD_LEVEL = 22;

/** A livekit-server, and what is known of it; paths are absolute. */
export interface BuiltLiveKit {
  readonly version: string;
  readonly path: string;
  /** Where the cache keeps what belongs to it. */
  readonly directory: string;
  readonly sha256: string;
  readonly size: number;
  readonly licenses: readonly GoLicense[];
}

export interface LiveKitOptions {
  /** The pinned one when not given. */
  readonly version?: string;
  /** As Node names it: x64 or arm64. */
  readonly arch?: string;
}

/**
 * Builds livekit-server, or takes it from the cache: the pinned version from its go.mod and go.sum, any other
 * (for the test matrix) as its own module says. A path in `LIVEKIT_SERVER` is taken instead of the pinned one.
 */
export async function provideLiveKit(options: LiveKitOptions = {}): Promise<BuiltLiveKit> {
  const { arch = process.arch } = options;
  const given = process.env.LIVEKIT_SERVER;
  if (given && !options.version && arch === process.arch) return fromPath(given);

  const pinned = await pinnedLiveKitVersion();
  const version = options.version ?? pinned;
  const directory = livekitCacheDir(process.env, version, arch);
  const recipe =
    version === pinned ? await fingerprintOf(`${PINNED_DIR}/go.mod`, `${PINNED_DIR}/go.sum`) : '';
  const kept = await readKept(directory, recipe);
  if (kept) return kept;

  await requireGo();
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'livekit-server');
  await step(
    `livekit-server ${version} for ${arch}: building it with Go (some minutes the first time)`,
    async () => {
      const built =
        version === pinned ? await buildPinned(directory, arch) : await install(directory, version);
      await rename(built, path);
    },
  );
  return keep(directory, path, version, recipe);
}

/** The path of its zstd form, which is made when it is not there yet. */
export async function compressLiveKit({ version, path, directory, sha256 }: BuiltLiveKit): Promise<string> {
  const compressed = join(directory, `livekit-server-${sha256.slice(0, 12)}-${ZSTD_LEVEL}.zst`);
  if (await Bun.file(compressed).exists()) return compressed;
  await step(`livekit-server ${version}: compressing it`, async () => {
    const bytes = await Bun.file(path).bytes();
    await writeFileAtomic(compressed, await Bun.zstdCompress(bytes, { level: ZSTD_LEVEL }), 0o644);
  });
  return compressed;
}

async function fromPath(path: string): Promise<BuiltLiveKit> {
  const version = await livekitVersionOf(path).catch((cause: unknown) => {
    throw new DomainError('livekit_server_unusable', `LIVEKIT_SERVER: ${messageOf(cause)}`, {
      fix: 'give the path of a livekit-server, or unset LIVEKIT_SERVER to have the pinned one built',
      cause,
    });
  });
  const recipe = await fingerprintOf(path);
  const directory = join(livekitCacheDir(process.env, 'given'), recipe.slice(0, 12));
  const kept = await readKept(directory, recipe, path);
  if (kept) return kept;
  await mkdir(directory, { recursive: true });
  return keep(directory, path, version, recipe);
}

/** Notes what belongs to the binary; the note is written last and makes the cache entry valid. */
async function keep(directory: string, path: string, version: string, recipe: string): Promise<BuiltLiveKit> {
  const { size } = Bun.file(path);
  const note = { recipe, version, size, sha256: await fingerprintOf(path), licenses: await goLicenses(path) };
  await writeFileAtomic(join(directory, 'note.json'), JSON.stringify(note), 0o644);
  return { ...note, path, directory };
}

async function readKept(
  directory: string,
  recipe: string,
  path = join(directory, 'livekit-server'),
): Promise<BuiltLiveKit | undefined> {
  const file = Bun.file(join(directory, 'note.json'));
  if (!(await file.exists())) return undefined;
  const note = await file.json();
  const binary = await stat(path).catch(() => undefined);
  return note.recipe === recipe && binary?.size === note.size ? { ...note, path, directory } : undefined;
}

async function buildPinned(directory: string, arch: string): Promise<string> {
  const out = join(directory, `building-${process.pid}`);
  const GOARCH = arch === 'x64' ? 'amd64' : arch;
  await output(['go', 'build', ...BUILD_FLAGS, '-o', out, MODULE], {
    cwd: PINNED_DIR,
    env: { CGO_ENABLED: '0', GOOS: 'linux', GOARCH },
  });
  return out;
}

async function install(directory: string, version: string): Promise<string> {
  const bin = await mkdtemp(join(tmpdir(), 'didar-go-'));
  try {
    await output(['go', 'install', ...BUILD_FLAGS, `${MODULE}@v${version}`], {
      cwd: bin,
      env: { CGO_ENABLED: '0', GOBIN: bin },
    });
    const out = join(directory, `building-${process.pid}`);
    await Bun.write(out, Bun.file(join(bin, 'server')));
    await output(['chmod', '755', out]);
    return out;
  } finally {
    await rm(bin, { recursive: true, force: true });
  }
}

async function requireGo(): Promise<void> {
  const fix =
    'install Go 1.21 or newer (apt install golang-go, or https://go.dev/dl), or put the path of a livekit-server into LIVEKIT_SERVER';
  if (!Bun.which('go')) throw new DomainError('go_missing', 'Go is needed to build livekit-server', { fix });
  const found = (await output(['go', 'env', 'GOVERSION'])).trim();
  if (Bun.semver.order(found.replace(/^go(\d+\.\d+).*/, '$1.0'), '1.21.0') < 0) {
    throw new DomainError('go_too_old', `${found} is too old to build livekit-server`, { fix });
  }
}

async function fingerprintOf(...paths: readonly string[]): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256');
  for (const path of paths) hasher.update(await readFile(path));
  return hasher.digest('hex');
}
