import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BundledBinary } from '../../lib/bundle.ts';
import { silentLogger as log } from '../../lib/log.ts';
import { unpackHere, unpackLiveKit } from './unpack.ts';

const CONTENT = Buffer.from('#!/bin/sh\necho livekit-server\n');

let dataDir: string;
let binary: BundledBinary;
let unpacked: number;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'didar-unpack-'));
  const asset = join(dataDir, 'embedded.zst');
  await writeFile(asset, await Bun.zstdCompress(CONTENT));
  const sha256 = new Bun.CryptoHasher('sha256').update(CONTENT).digest('hex');
  binary = { version: '1.13.5', sha256, size: CONTENT.length, asset };
  unpacked = 0;
});

afterEach(() => rm(dataDir, { recursive: true, force: true }));

function start(of = binary) {
  const unpack = async (directory: string) => {
    unpacked += 1;
    await unpackHere(directory, of);
  };
  return unpackLiveKit({ dataDir, binary: of, log, unpack });
}

test('the first start unpacks the binary under its hash, for its owner alone', async () => {
  const { path, version } = await start();
  expect(version).toBe('1.13.5');
  expect(path).toBe(join(dataDir, 'bin', `livekit-server-${binary.sha256.slice(0, 12)}`));
  expect(await readFile(path)).toEqual(CONTENT);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
});

test('a later start unpacks nothing, unless the file was damaged', async () => {
  const { path } = await start();
  await start();
  expect(unpacked).toBe(1);
  await writeFile(path, 'cut');
  await start();
  expect(unpacked).toBe(2);
  expect(await readFile(path)).toEqual(CONTENT);
});

test('a new version takes the place of the old one, and of what a killed unpacking left', async () => {
  await start({ ...binary });
  await writeFile(join(dataDir, 'bin', 'livekit-server-0123456789ab'), 'older');
  await writeFile(join(dataDir, 'bin', 'livekit-server-0123456789ab.42.tmp'), 'half');
  await unpackHere(join(dataDir, 'bin'), binary);
  expect(await readdir(join(dataDir, 'bin'))).toEqual([`livekit-server-${binary.sha256.slice(0, 12)}`]);
});

test('a binary whose hash is not the expected one is never put in place', async () => {
  const wrong = { ...binary, sha256: 'f'.repeat(64) };
  await expect(start(wrong)).rejects.toMatchObject({
    code: 'unpack_failed',
    message: expect.stringContaining('its hash is'),
  });
  await start(wrong).catch(() => undefined);
  expect(await readdir(join(dataDir, 'bin'))).toEqual([]);
});
