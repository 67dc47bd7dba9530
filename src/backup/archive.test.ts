import { afterAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createTarPacker } from 'modern-tar';
import { DomainError } from '../lib/errors.ts';
import { type BackupHeader, FORMAT } from './contents.ts';
import { readArchive } from './read-archive.ts';
import { saveBackup } from './save-backup.ts';
import { writeArchive } from './write-archive.ts';

const HEADER: BackupHeader = {
  format: FORMAT,
  didar: '1.2.3',
  schema: 3,
  createdAt: '2026-01-31T00:00:00.000Z',
  dataDir: '/var/lib/didar',
  recordingDir: '/var/lib/didar/recordings',
  configPath: null,
  recordings: false,
  rows: { rooms: 2 },
};

describe('a backup that breaks off while it is saved', () => {
  const directory = mkdtempSync(`${tmpdir()}/didar-save-`);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each([
    ['since its source does', 'backup_failed', new Error('the socket was closed')],
    ['with the error of who makes it', 'database_full', new DomainError('database_full', 'full')],
  ])('%s leaves no file', async (_, code, error) => {
    const source = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new Uint8Array([0x28, 0xb5, 0x2f, 0xfd]));
        controller.error(error);
      },
    });
    await expect(saveBackup(source, { path: `${directory}/x` })).rejects.toMatchObject({ code });
    expect(readdirSync(directory)).toEqual([]);
  });

  test('since it is none says that', async () => {
    const source = new Response('not a backup at all').body ?? new ReadableStream();
    await expect(saveBackup(source, { path: `${directory}/x` })).rejects.toMatchObject({
      code: 'backup_invalid',
    });
    expect(readdirSync(directory)).toEqual([]);
  });
});

describe('a backup file', () => {
  const directory = mkdtempSync(`${tmpdir()}/didar-archive-`);
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const file = (name: string, content: string) => {
    const path = `${directory}/${name.replaceAll('/', '-')}`;
    writeFileSync(path, content);
    return { name, path };
  };

  /** Written by somebody else, by the letter of the format. */
  function forged(files: Readonly<Record<string, string>>): ReadableStream<Uint8Array> {
    const { readable, controller } = createTarPacker();
    void (async () => {
      for (const [name, content] of Object.entries(files)) {
        const bytes = new TextEncoder().encode(content);
        const writer = controller.add({ name, size: bytes.length }).getWriter();
        await writer.write(bytes);
        await writer.close();
      }
      controller.finalize();
    })();
    return readable.pipeThrough(new CompressionStream('zstd' as CompressionFormat));
  }

  test('gives back what was put in, and tells what it is', async () => {
    const pieces: Record<string, string> = {};
    const files = [file('didar.db', 'rows'), file('secrets/token-key', ''), file('config.yaml', 'data: /x')];
    const summary = await readArchive(writeArchive({ header: HEADER, files }), {
      onPiece: async (name, piece) => {
        pieces[name] = (pieces[name] ?? '') + new TextDecoder().decode(piece);
      },
    });
    expect(summary.header).toEqual(HEADER);
    expect(pieces).toEqual({ 'didar.db': 'rows', 'secrets/token-key': '', 'config.yaml': 'data: /x' });
  });

  test('leaves out what was deleted before its turn, as a recording may be', async () => {
    const files = [file('didar.db', 'rows'), { name: 'recordings/gone', path: `${directory}/gone` }];
    const summary = await readArchive(writeArchive({ header: HEADER, files }));
    expect(summary.files.map(({ name }) => name)).toEqual(['didar.db']);
  });

  test.each(['../../etc/passwd', 'secrets/../../x', '/etc/passwd', 'bin/livekit-server', 'secrets'])(
    'that holds %s is refused: it would write elsewhere',
    async (name) => {
      const archive = forged({ 'didar-backup.json': JSON.stringify(HEADER), [name]: 'x' });
      await expect(readArchive(archive)).rejects.toMatchObject({ code: 'backup_invalid' });
    },
  );

  test.each([
    ['without its sums', { 'didar.db': 'x' }],
    ['with other bytes than its sums say', { 'didar.db': 'x', 'sums.json': sumsOf('didar.db', 'y') }],
    ['without a file of its sums', { 'sums.json': sumsOf('didar.db', 'y') }],
  ])('%s is damaged', async (_, files) => {
    const archive = forged({ 'didar-backup.json': JSON.stringify(HEADER), ...files });
    await expect(readArchive(archive)).rejects.toMatchObject({ code: 'backup_damaged' });
  });

  test('of a later format names the didar that can read it', async () => {
    const archive = forged({ 'didar-backup.json': JSON.stringify({ ...HEADER, format: FORMAT + 1 }) });
    await expect(readArchive(archive)).rejects.toMatchObject({
      code: 'backup_newer',
      fix: expect.stringContaining('1.2.3'),
    });
  });
});

function sumsOf(name: string, content: string): string {
  const sha256 = new Bun.CryptoHasher('sha256').update(content).digest('hex');
  return JSON.stringify({ files: [{ name, bytes: content.length, sha256 }] });
}
