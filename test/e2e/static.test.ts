import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { System } from '../../src/modules/system/model.ts';
import { livekitConfig } from '../fixtures/livekit.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { attend, createRoom, participant } from '../harness/people.ts';
import { type Ports, takePorts } from '../harness/ports.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

describe('with a livekit.yaml of the operator’s own', () => {
  const key = { apiKey: 'APIowner', apiSecret: 'a-secret-that-the-operator-has-written-down' };
  let directory: string;
  let path: string;
  let text: string;
  let ports: Ports;
  let didar: Didar;

  beforeAll(async () => {
    ports = await takePorts();
    directory = mkdtempSync(`${tmpdir()}/didar-static-`);
    path = `${directory}/livekit.yaml`;
    const { logging: _, ...config } = livekitConfig(ports, key);
    text = `# my own\n${JSON.stringify(config, null, 2)}\n`;
    writeFileSync(path, text, { mode: 0o600 });
    didar = await startDidar({ env: { LIVEKIT_CONFIG_PATH: path } });
  });
  afterAll(async () => {
    await didar?.cleanUp();
    ports?.release();
    if (directory) rmSync(directory, { recursive: true });
  });

  test('it runs as it is, is left as it is, and what it lacks is named with the lines to add', async () => {
    const { livekit } = await asAdmin<System>(didar, '/api/system');
    expect(livekit).toMatchObject({ mode: 'static', state: 'ready' });
    const missing = JSON.stringify(livekit.missing);
    expect(missing).toContain('webhook');
    expect(missing).toContain(key.apiKey);
    expect(missing).toContain('json: true');
    expect(missing).not.toContain(key.apiSecret);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect((await fetch(`http://127.0.0.1:${ports.livekit}`)).status).toBe(200);
  });

  test('people meet with its keys on its ports, and without webhooks the reconcile sees them', async () => {
    const room = await createRoom(didar);
    const anna = await attend(didar, room.name);
    const bert = await attend(didar, room.name);
    try {
      await anna.client.publishMicrophone(440);
      await eventually(() => bert.client.hears(anna.identity, 440), 'bert to hear anna');
      await eventually(
        async () => (await participant(didar, room.name, anna.identity))?.tracks.length === 1,
        'the reconcile to see the track',
      );
    } finally {
      await Promise.all([anna.client.close(), bert.client.close()]);
    }
  });
});
