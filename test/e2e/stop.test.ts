import { afterEach, describe, expect, test } from 'bun:test';
import { readdirSync } from 'node:fs';
import { type Didar, startDidar } from '../harness/didar.ts';
import type { Problem } from '../harness/http.ts';
import { type Attendee, attend, createRoom, participants } from '../harness/people.ts';
import { isAlive } from '../harness/process.ts';
import '../harness/slow.ts';
import { eventually, never } from '../harness/within.ts';

describe('a stop is orderly, bounded, and leaves nothing behind', () => {
  let didar: Didar | undefined;
  let anna: Attendee | undefined;

  afterEach(async () => {
    await anna?.client.close();
    await didar?.cleanUp();
    anna = undefined;
    didar = undefined;
  });

  async function meeting(drainLimit: string): Promise<{ didar: Didar; anna: Attendee; room: string }> {
    didar = await startDidar({ config: { server: { drainLimit } } });
    const { name } = await createRoom(didar);
    anna = await attend(didar, name);
    return { didar, anna, room: name };
  }

  const livekitConfigs = (daemon: Didar) =>
    readdirSync(daemon.dataDir, { recursive: true }).filter((name) => /livekit.*\.ya?ml$/.test(String(name)));

  test('with nobody there it takes a moment, and the livekit config with its secrets is gone', async () => {
    didar = await startDidar();
    const livekit = await didar.livekitPid();
    expect(livekitConfigs(didar)).toHaveLength(1);
    const started = performance.now();
    expect(await didar.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(await isAlive(livekit)).toBe(false);
    expect(livekitConfigs(didar)).toEqual([]);
  });

  test('while people are there nobody new comes in, and it ends when the last one leaves', async () => {
    const { didar, anna, room } = await meeting('60s');
    const livekit = await didar.livekitPid();
    didar.signal('SIGTERM');
    const refused = await eventually(async () => {
      const join = await didar.api<Problem>('/api/room/join', { json: { room, name: 'Late' } });
      return join.status === 503 && join;
    }, 'joins to be refused');
    expect(refused.body.code).toBe('server_draining');
    const ready = await didar.api<Problem>('/api/ready');
    expect(ready.status).toBe(503);
    await never(1500, () => anna.client.state.connection !== 'connected', 'a drop in mid-meeting');
    expect(await participants(didar, room)).toHaveLength(1);
    await anna.client.disconnect();
    expect(await didar.exited).toBe(0);
    expect(await isAlive(livekit)).toBe(false);
  });

  test('who stays is put out at the drain limit', async () => {
    const { didar, anna } = await meeting('1s');
    const livekit = await didar.livekitPid();
    const started = performance.now();
    expect(await didar.stop()).toBe(0);
    expect(performance.now() - started).toBeGreaterThan(900);
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(await isAlive(livekit)).toBe(false);
    await anna.client.until((state) => state.connection !== 'connected', 'the end of the meeting');
  });

  test('who vanished without a word is not waited for as long as livekit would', async () => {
    const { didar, anna } = await meeting('10m');
    await anna.client.close();
    const started = performance.now();
    expect(await didar.stop()).toBe(0);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test('a second signal does not wait for them', async () => {
    const { didar } = await meeting('10m');
    const livekit = await didar.livekitPid();
    didar.signal('SIGTERM');
    await eventually(async () => (await didar.api('/api/ready')).status === 503, 'the drain to begin');
    didar.signal('SIGTERM');
    const started = performance.now();
    await didar.exited;
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await isAlive(livekit)).toBe(false);
  });

  test('a signal in the first moment of a start stops it too, without an orphan', async () => {
    didar = await startDidar({ waitFor: 'health' });
    const code = await didar.stop();
    expect(code).toBe(0);
    const { stdout } = Bun.spawnSync(['pgrep', '-f', didar.dataDir]);
    expect(stdout.toString()).toBe('');
  });
});
