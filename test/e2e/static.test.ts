import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Diagnosis } from '../../src/modules/doctor/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import { livekitConfig } from '../fixtures/livekit.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { attend, createRoom, participant } from '../harness/people.ts';
import { type Ports, takePorts } from '../harness/ports.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const key = { apiKey: 'APIowner', apiSecret: 'a-secret-that-the-operator-has-written-down' };

describe('with a livekit.yaml of the operator’s own', () => {
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

test('a port of its own for TURN over TLS is left to it, though Didar has TLS too', async () => {
  const ports = await takePorts();
  const directory = mkdtempSync(`${tmpdir()}/didar-static-`);
  const path = `${directory}/livekit.yaml`;
  const turn = { enabled: true, domain: 'turn.example.org', tls_port: ports.turnTls, external_tls: true };
  writeFileSync(path, JSON.stringify({ ...livekitConfig(ports, key), turn }));
  const config = {
    server: { tls: { mode: 'self-signed' } },
    livekit: { turn: { tlsPort: ports.turnTls } },
  };
  const didar = await startDidar({ config, env: { LIVEKIT_CONFIG_PATH: path }, askOverSocket: true });
  try {
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    const finding = (id: string) => findings.find((one) => one.id === id);
    expect(finding('network.ports')).toMatchObject({
      state: 'ok',
      evidence: expect.stringContaining(`${ports.turnTls}/tcp (turn.tls_port in ${path})`),
    });
    expect(finding('network.port-443')?.evidence).toContain(
      `${path} has TURN/TLS on port ${ports.turnTls}, but clients dial 443`,
    );
  } finally {
    await didar.cleanUp();
    ports.release();
    rmSync(directory, { recursive: true });
  }
});
