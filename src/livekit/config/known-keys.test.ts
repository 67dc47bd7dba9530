import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { livekitBinaries } from '../../../test/fixtures/livekit-binaries.ts';
import { allKeys, type KeyKind, type KnownKey, lookUpKey } from './known-keys.ts';
import { atLeast } from './version.ts';

const SAMPLES: Readonly<Record<KeyKind, unknown>> = {
  // True would have it ask the internet for its address.
  bool: false,
  int: 7000,
  float: 0.5,
  text: '127.0.0.1',
  duration: '1s',
  ports: '7000-7001',
  list: [],
  map: {},
  open: {},
};

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'didar-keys-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** `livekit-server ports` reads the configuration, tells its ports, and starts nothing. */
function parse(binary: string, keys: readonly KnownKey[]): string {
  const config: Record<string, unknown> = {};
  for (const key of keys) put(config, key.key.split('.'), structuredClone(SAMPLES[key.kind]));
  const path = join(directory, 'livekit.yaml');
  writeFileSync(path, dump(config));
  const { stdout, stderr } = Bun.spawnSync([binary, '--config', path, 'ports'], { env: {} });
  return stdout.toString() + stderr.toString();
}

function put(section: Record<string, unknown>, path: readonly string[], sample: unknown): void {
  const [name = '', ...rest] = path;
  const key = name.replace('[]', '');
  if (rest.length === 0) {
    section[key] ??= sample;
    return;
  }
  if (name.endsWith('[]')) {
    if (!Array.isArray(section[key]) || section[key].length === 0) section[key] = [{}];
    put((section[key] as Record<string, unknown>[])[0] ?? {}, rest, sample);
  } else {
    section[key] ??= {};
    put(section[key] as Record<string, unknown>, rest, sample);
  }
}

describe.each(livekitBinaries().map(({ version, path }) => [version, path] as const))(
  'livekit-server %s',
  (version, path) => {
    test('takes every key that the table says it knows', () => {
      const answer = parse(
        path,
        allKeys(version).filter(({ known }) => known),
      );
      expect(answer).toContain('HTTP service');
    });

    test('refuses every key that the table says it does not know', () => {
      // Of an unknown section it names no more than the section.
      const unknown = allKeys(version).filter(
        ({ key, known }) => !known && lookUpKey(key.slice(0, key.lastIndexOf('.')), version)?.known !== false,
      );
      const answer = parse(path, unknown);
      for (const { key } of unknown) expect(answer).toContain(`field ${key.split('.').at(-1)} not found`);
    });
  },
);

test('a key that is gone is known up to the version before', () => {
  expect(lookUpKey('room.create_room_enabled', '1.12.9')?.known).toBe(true);
  expect(lookUpKey('room.create_room_enabled', '1.13.0')?.known).toBe(false);
});

test('versions are compared by their numbers', () => {
  expect(atLeast('1.13.11', '1.13.5')).toBe(true);
  expect(atLeast('1.9.12', '1.11.0')).toBe(false);
  expect(atLeast('2.0.0-rc1', '1.99.0')).toBe(true);
});
