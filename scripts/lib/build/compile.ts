import { chmod, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DomainError } from '../../../src/lib/errors.ts';

/** What a sysadmin copies to a server; with room for what is still to come kept below what was promised. */
const SIZE_LIMIT = 135_000_000;

export interface CompileOptions {
  readonly root: string;
  readonly outfile: string;
  /** Source text of the module that takes the place of `src/lib/bundle.ts`. */
  readonly bundle: string;
  readonly target?: Bun.Build.CompileTarget;
  /** The Bun to put the code into; the running one when not given. */
  readonly executable?: string;
  /** Bytecode starts faster, but is only understood by the kind of machine that made it. */
  readonly bytecode: boolean;
}

/** Parts of packages that are never used here, with what stands in for them. */
const UNUSED: readonly { readonly path: RegExp; readonly contents: string }[] = [
  // Ink asks for the React developer tools when it is bundled, and never uses them in production.
  { path: /^react-devtools-core$/, contents: 'export default {};' },
  // acme-client's older cryptography, half a megabyte that its newer one replaces.
  { path: /^\.\/crypto\/forge$/, contents: 'module.exports = {};' },
  // axios brings forms with files, and these every type of file; nothing is uploaded with it.
  { path: /^mime-db$/, contents: 'module.exports = {};' },
  // Elysia looks into uploaded files with it; no route takes one.
  { path: /^file-type$/, contents: 'export default {};' },
  // LiveKit's SDK is used to check webhooks; its clients come along by its index.
  {
    path: /^\.\/(AgentDispatchClient|ConnectorClient|EgressClient|IngressClient|LiveKitAPI|RoomServiceClient|SipClient)\.js$/,
    contents: 'export {};',
  },
];

const withoutUnused: Bun.BunPlugin = {
  name: 'without-what-is-unused',
  setup(build) {
    for (const [i, { path: filter, contents }] of UNUSED.entries()) {
      const namespace = `unused-${i}`;
      build.onResolve({ filter }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, () => ({ contents, loader: 'js' }));
    }
  },
};

/** Compiles the executable, and puts it in place in one step. Throws `build_failed` with what Bun says. */
export async function compile(options: CompileOptions): Promise<void> {
  const { root, outfile, target, executable } = options;
  const directory = await mkdtemp(join(dirname(outfile), 'building-'));
  const building = join(directory, basename(outfile));
  try {
    const result = await Bun.build({
      entrypoints: [join(root, 'src/main.ts')],
      files: { [join(root, 'src/lib/bundle.ts')]: options.bundle },
      compile: {
        outfile: building,
        ...(target && { target }),
        ...(executable && { executablePath: executable }),
        // a server does not take orders from files that happen to lie where it is started
        autoloadDotenv: false,
        autoloadBunfig: false,
      },
      // Names stay: Elysia tells errors apart by the names of their classes, which Bun's keepNames does not keep.
      minify: { whitespace: true, syntax: true, identifiers: false },
      sourcemap: 'linked',
      format: 'esm',
      bytecode: options.bytecode,
      // Bytecode of nested functions, which are mostly never called, took 6 MB and started nothing faster.
      ...(options.bytecode && { bytecodeDepth: 0 }),
      define: { 'process.env.NODE_ENV': '"production"' },
      plugins: [withoutUnused],
      throw: false,
    });
    if (!result.success) throw new DomainError('build_failed', result.logs.map(String).join('\n'));
    const { size } = Bun.file(building);
    if (size > SIZE_LIMIT) {
      throw new DomainError('build_too_large', `the executable has ${size} bytes, more than ${SIZE_LIMIT}`);
    }
    await chmod(building, 0o755);
    await rename(`${building}.map`, `${outfile}.map`);
    await rename(building, outfile);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
