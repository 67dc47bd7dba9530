import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Ready, System } from '../../src/modules/system/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import type { Problem } from '../harness/http.ts';
import { attend, createRoom } from '../harness/people.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

describe('while livekit is down the API stays up and says why', () => {
  const directories: string[] = [];
  let didar: Didar | undefined;

  afterEach(async () => {
    await didar?.cleanUp();
    for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
  });

  /** Says that it is a livekit-server, and ends with these words. */
  function dyingServer(lastWords: string): string {
    const directory = mkdtempSync(`${tmpdir()}/didar-dying-`);
    directories.push(directory);
    const path = `${directory}/livekit-server`;
    const script = [
      '#!/bin/sh',
      '[ "$1" = --version ] && { echo "livekit-server version 1.13.5"; exit 0; }',
      `echo '${lastWords}' >&2`,
      'exit 0',
    ];
    writeFileSync(path, script.join('\n'));
    chmodSync(path, 0o755);
    return path;
  }

  test('one that keeps dying, even with exit code 0, is told with its last words and the cause found in them', async () => {
    const binary = dyingServer('could not resolve external IP: context deadline exceeded');
    didar = await startDidar({ waitFor: 'health', config: { livekit: { binary } } });
    const daemon = didar;
    const system = await eventually(async () => {
      const answer = await asAdmin<System>(daemon, '/api/system');
      return answer.livekit.restarts >= 2 && answer;
    }, 'it to have been restarted twice');
    expect(system.livekit.state).not.toBe('ready');
    expect(system.livekit.lastExit?.code).toBe(0);
    expect(system.livekit.lastExit?.lastLines.join('\n')).toContain('could not resolve external IP');
    expect(system.livekit.lastExit?.cause?.fix).toBeString();

    const ready = await daemon.api<Ready>('/api/ready');
    expect(ready.status).toBe(503);
    expect(ready.body.checks.database.ok).toBe(true);
    expect(ready.body.checks.livekit.ok).toBe(false);
    expect(ready.body.checks.livekit.reason).toBeString();
    expect((await daemon.api('/api/health')).status).toBe(200);

    const room = await createRoom(daemon);
    const join = await daemon.api<Problem>('/api/room/join', { json: { room: room.name, name: 'A' } });
    expect(join).toMatchObject({ status: 503, body: { code: 'livekit_unavailable' } });
  });

  test('one that crashed is back within seconds, and people can come in again', async () => {
    didar = await startDidar();
    const room = await createRoom(didar);
    const anna = await attend(didar, room.name);
    await anna.client.close();
    const pid = await didar.livekitPid();
    process.kill(pid, 'SIGKILL');
    const daemon = didar;
    await eventually(async () => {
      const { livekit } = await asAdmin<System>(daemon, '/api/system');
      return livekit.restarts === 1 && livekit.state === 'ready';
    }, 'it to be back by itself');
    await daemon.ready();
    const back = await attend(didar, room.name);
    expect(back.client.state.connection).toBe('connected');
    await back.client.close();
  });
});
