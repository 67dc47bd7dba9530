import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { DidarEvent } from '../../src/modules/events/model.ts';
import { type Didar, startDidar } from '../harness/didar.ts';
import { didarCommand } from '../harness/executable.ts';
import { ok } from '../harness/http.ts';
import { startProcess } from '../harness/process.ts';
import { eventually, PATIENCE_MS, within } from '../harness/within.ts';
import '../harness/slow.ts';

describe('what happened, from the shell', () => {
  let didar: Didar;
  beforeAll(async () => {
    didar = await startDidar();
    for (const name of ['first', 'second']) await makeRoom(name);
    ok(await didar.local('/api/room/first', { method: 'PATCH', json: { title: 'Another' } }));
    expect((await didar.api('/api/room/first', { method: 'DELETE' })).status).toBe(401);
  });
  afterAll(async () => {
    await didar?.cleanUp();
  });

  const makeRoom = async (name: string) => ok(await didar.local('/api/room', { json: { name } }));
  const event = (...args: string[]) => didar.cli(['event', ...args, '--socket', didar.socket]);

  async function listed(...args: string[]): Promise<DidarEvent[]> {
    const { code, stdout, stderr } = await event('list', '--json', ...args);
    expect([code, stderr]).toEqual([0, '']);
    return JSON.parse(stdout);
  }
  const kindsOf = (events: readonly DidarEvent[]) => events.map(({ kind, object }) => `${kind} ${object}`);

  test('is listed newest first, by kind, object and outcome', async () => {
    expect(kindsOf(await listed('--kind', 'room.created,room.changed'))).toEqual([
      'room.changed room:first',
      'room.created room:second',
      'room.created room:first',
    ]);
    const [changed] = await listed('--object', 'room:first', '--kind', 'room.changed');
    expect(changed).toMatchObject({
      actor: 'local',
      outcome: 'done',
      data: { before: { title: 'first' }, after: { title: 'Another' } },
    });
    expect(await listed('--outcome', 'refused')).toMatchObject([
      { kind: 'request.refused', actor: 'anyone', data: { code: 'unauthenticated' } },
    ]);
    const { stdout } = await event('list', '--outcome', 'refused');
    expect(stdout).toContain('refused: unauthenticated');
  });

  test('is exported oldest first, one event a line', async () => {
    const { code, stdout } = await event('export', '--kind', 'room.');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(kindsOf(lines.map((line) => JSON.parse(line)))).toEqual([
      'room.created room:first',
      'room.created room:second',
      'room.changed room:first',
    ]);
  });

  test.each([
    [['--kind', 'room.create'], 'Did you mean room.created?'],
    [['--kind', 'nonsense'], 'room.'],
    [['--outcome', 'bad'], 'done, refused, failed'],
    [['--limit', '0'], 'above 0'],
    [['--since', 'yesterday'], '2026-01-31'],
  ])('a word that means nothing is told, not taken for nothing: %p', async (args, told) => {
    const { code, stdout, stderr } = await event('list', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(told);
  });

  test('is followed over a kill and a restart, without a gap or a double', async () => {
    const command = [
      ...didarCommand(),
      'event',
      'follow',
      '--json',
      '--kind',
      'room.',
      '--socket',
      didar.socket,
    ];
    const follower = startProcess({ command, env: didar.env, cwd: didar.home });
    const seen = () =>
      [...follower.output().matchAll(/"object":"room:([a-z0-9]+)"/g)].map(([, name]) => name);
    try {
      let probes = 0;
      const isSeen = async () => {
        probes += 1;
        await makeRoom(`probe${probes}`);
        return seen().length > 0;
      };
      // It says nothing until something happens.
      await within(PATIENCE_MS, isSeen, 'the first event', 500);
      await makeRoom('before');
      await eventually(() => seen().includes('before'), 'what happened before the kill');
      await didar.kill9();
      await eventually(() => follower.output().includes('trying again'), 'the end to be noticed');
      await didar.restart();
      await makeRoom('during');
      await eventually(() => follower.output().includes('Connected again'), 'the connection');
      await makeRoom('after');
      await eventually(() => seen().includes('after'), 'what happened after the restart');
      const names = seen();
      expect(names.slice(names.indexOf('before'))).toEqual(['before', 'during', 'after']);
      follower.kill('SIGINT');
      expect(await follower.exited).toBe(0);
    } finally {
      follower.kill('SIGKILL');
    }
  });
});
