import { relative, resolve } from 'node:path';
import { DomainError } from '../../../src/lib/errors.ts';

/** What one call runs, in this order. Paths are relative to the work tree. */
export interface Plan {
  /** Format, lint, layers and types. */
  readonly checks: boolean;
  /** What runs from source in one process: directories, or single files. */
  readonly unit: readonly string[];
  /** Test files that need the executable, each run as a process of its own. */
  readonly files: readonly string[];
}

const UNIT = ['src', 'tui', 'scripts'];
const PARTS = ['e2e', 'tui', 'lab', 'contract'];
/** Begun before all others, in this order, since no lane shall wait for them in the end: what takes a minute. */
const LONGEST = [
  'test/contract/schemathesis.test.ts',
  'test/e2e/probe.test.ts',
  'test/lab/paths.test.ts',
  'test/e2e/no-media.test.ts',
  'test/e2e/compose-hour.test.ts',
  'test/e2e/soak.test.ts',
  'test/e2e/compose.test.ts',
  'test/e2e/recorder.test.ts',
  'test/e2e/doctor-network.test.ts',
];

/** The plan for what was named on the command line; everything when nothing was. Throws `usage` for what is neither. */
export async function planOf(root: string, names: readonly string[]): Promise<Plan> {
  if (names.length === 0) return { checks: true, unit: UNIT, files: await filesOf(root, PARTS) };
  const isPart = (name: string) => PARTS.includes(name);
  const paths = await Promise.all(
    names.filter((name) => name !== 'unit' && !isPart(name)).map((name) => testFile(root, name)),
  );
  return {
    checks: false,
    unit: [...(names.includes('unit') ? UNIT : []), ...paths.filter((path) => !path.startsWith('test/'))],
    files: [
      ...(await filesOf(
        root,
        PARTS.filter((part) => names.includes(part)),
      )),
      ...paths.filter((path) => path.startsWith('test/')),
    ],
  };
}

async function filesOf(root: string, parts: readonly string[]): Promise<string[]> {
  const found = await Promise.all(
    parts.map((part) => Array.fromAsync(new Bun.Glob(`test/${part}/**/*.test.{ts,tsx}`).scan({ cwd: root }))),
  );
  return longestFirst(found.flatMap((files) => files.sort()));
}

function longestFirst(files: readonly string[]): string[] {
  const first = LONGEST.filter((file) => files.includes(file));
  return [...first, ...files.filter((file) => !first.includes(file))];
}

async function testFile(root: string, name: string): Promise<string> {
  const path = relative(root, resolve(process.env.CALLED_FROM ?? root, name));
  if (/\.test\.tsx?$/.test(path) && (await Bun.file(resolve(root, path)).exists())) return path;
  throw new DomainError('usage', `${name} is neither a part (unit, ${PARTS.join(', ')}) nor a test file`);
}
