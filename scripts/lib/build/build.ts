import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePage } from '../../../src/web/bundle-page.ts';
import { output } from '../command.ts';
import { step } from '../step.ts';
import { bundleModule } from './bundle.ts';
import { compile } from './compile.ts';
import { fingerprint } from './inputs.ts';
import { licensesText } from './licenses.ts';
import { compressLiveKit, provideLiveKit } from './livekit-server.ts';
import { releaseKey, signExecutable } from './sign.ts';
import { bunFor, targetNamed } from './targets.ts';

/** Of zstd: it is done once, and undone in milliseconds. */
const HIGHEST_LEVEL = 22;

export interface BuildOptions {
  /** The work tree, absolute. */
  readonly root: string;
  /** A name of `TARGETS`; this machine when not given. */
  readonly target?: string;
}

/** Builds the executable unless the one in `dist` was made from the very same inputs; returns its path. */
export async function build({ root, target: name }: BuildOptions): Promise<string> {
  const target = name === undefined ? undefined : targetNamed(name);
  const livekit = await provideLiveKit({ arch: target?.arch });
  const dist = join(root, 'dist');
  const outfile = join(dist, target ? `didar-${target.name}` : 'didar');
  const signer = await releaseKey(process.env);
  const stamp = Bun.file(`${outfile}.inputs`);

  const inputs = await fingerprint(root, [
    Bun.version,
    Bun.revision,
    livekit.sha256,
    target?.name ?? '',
    signer?.publicKey ?? '',
  ]);
  const isCurrent =
    (await Bun.file(outfile).exists()) && (await stamp.exists()) && (await stamp.text()) === inputs;
  if (isCurrent) return outfile;

  await mkdir(dist, { recursive: true });
  const compressed = await compressLiveKit(livekit);
  const licenses = join(dist, 'licenses.txt.zst');
  const pageScripts = { meeting: join(dist, 'page.js.zst'), account: join(dist, 'account.js.zst') };
  const executable = target && (await bunFor(root, target));
  await step(`${outfile.slice(root.length + 1)}: compiling`, async () => {
    await writeCompressed(licenses, await licensesText(root, livekit));
    await writeCompressed(pageScripts.meeting, await bundlePage('meeting'));
    await writeCompressed(pageScripts.account, await bundlePage('account'));
    await compile({
      root,
      outfile,
      bundle: bundleModule({
        livekit,
        compressed,
        licenses,
        pageScripts,
        commit: await commitOf(root),
        releaseKey: signer?.publicKey,
      }),
      target: target?.compile,
      executable,
      bytecode: target === undefined || target.arch === process.arch,
    });
  });
  if (signer)
    await signExecutable(outfile, target?.name ?? `${process.platform}-${process.arch}`, signer.key);
  await Bun.write(stamp, inputs);
  return outfile;
}

async function writeCompressed(path: string, text: string): Promise<void> {
  await Bun.write(path, await Bun.zstdCompress(text, { level: HIGHEST_LEVEL }));
}

/** The commit that last touched what goes into the executable; undefined where there is no git. */
async function commitOf(root: string): Promise<string | undefined> {
  const made = ['src', 'tui', 'drizzle', 'scripts', 'package.json', 'bun.lock'];
  const commit = await output(['git', 'log', '-1', '--format=%h', '--', ...made], { cwd: root }).catch(
    () => '',
  );
  return commit.trim() || undefined;
}
