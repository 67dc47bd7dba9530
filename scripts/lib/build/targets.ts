import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainError } from '../../../src/lib/errors.ts';
import { output } from '../command.ts';
import { step } from '../step.ts';

/** A kind of machine to build for. */
export interface Target {
  readonly name: string;
  /** As Node names it. */
  readonly arch: 'x64' | 'arm64';
  readonly compile: Bun.Build.CompileTarget;
  /** The npm package that holds this target's Bun. */
  readonly package: string;
}

/** `baseline` is for x64 without AVX2 (before Haswell, 2013, and some virtual machines). */
export const TARGETS: readonly Target[] = [
  { name: 'linux-x64', arch: 'x64', compile: 'bun-linux-x64', package: '@oven/bun-linux-x64' },
  {
    name: 'linux-x64-baseline',
    arch: 'x64',
    compile: 'bun-linux-x64-baseline',
    package: '@oven/bun-linux-x64-baseline',
  },
  { name: 'linux-arm64', arch: 'arm64', compile: 'bun-linux-arm64', package: '@oven/bun-linux-aarch64' },
  { name: 'linux-x64-musl', arch: 'x64', compile: 'bun-linux-x64-musl', package: '@oven/bun-linux-x64-musl' },
  {
    name: 'linux-arm64-musl',
    arch: 'arm64',
    compile: 'bun-linux-arm64-musl',
    package: '@oven/bun-linux-aarch64-musl',
  },
];

/** The target with this name; throws `usage` with the names that there are. */
export function targetNamed(name: string): Target {
  const target = TARGETS.find((each) => each.name === name);
  if (target) return target;
  throw new DomainError('usage', `there is no target ${name}`, {
    fix: `use one of ${TARGETS.map((each) => each.name).join(', ')}`,
  });
}

/**
 * The Bun to put the code into, of the version that builds it. It comes from npm, where versions can't change and
 * are verified, rather than from where `bun build --target` would download it while building.
 */
export async function bunFor(root: string, target: Target): Promise<string> {
  const directory = join(root, '.tools', `bun-${Bun.version}-${target.name}`);
  const path = join(directory, 'node_modules', target.package, 'bin', 'bun');
  if (await Bun.file(path).exists()) return path;
  await step(`Bun ${Bun.version} for ${target.name}: fetching it from npm`, async () => {
    await mkdir(directory, { recursive: true });
    await Bun.write(join(directory, 'package.json'), '{"private":true}');
    await output(
      [process.execPath, 'add', '--exact', '--cpu=*', '--os=*', `${target.package}@${Bun.version}`],
      { cwd: directory },
    );
  });
  return path;
}
