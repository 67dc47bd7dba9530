import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { AccessToken } from 'livekit-server-sdk';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLogger } from '../../src/lib/log.ts';
import { selectedRemote } from '../../src/livekit/logs/candidates.ts';
import type { LogFact } from '../../src/livekit/logs/log-fact.ts';
import { createLiveKitProcess } from '../../src/livekit/process/livekit-process.ts';
import type { Supervisor } from '../../src/supervisor/supervisor.ts';
import { livekitConfig } from '../fixtures/livekit.ts';
import { livekitBinaries } from '../fixtures/livekit-binaries.ts';
import { type Ports, takePorts } from '../harness/ports.ts';
import { createRtcClient, type RtcClient } from '../harness/rtc-client/client.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const KEY = { apiKey: 'APItest', apiSecret: 'a-secret-of-the-tests-that-is-long-enough' };

describe.each(livekitBinaries().map(({ version, path }) => [version, path] as const))(
  'the log of livekit-server %s',
  (version, binaryPath) => {
    let dataDir: string;
    let ports: Ports;
    let livekit: Supervisor;
    let client: RtcClient;
    let facts: LogFact[];

    beforeEach(async () => {
      dataDir = mkdtempSync(`${tmpdir()}/didar-log-`);
      ports = await takePorts();
      facts = [];
      livekit = createLiveKitProcess({
        binaryPath,
        version,
        dataDir,
        configYaml: async () => JSON.stringify(livekitConfig(ports, KEY)),
        port: ports.livekit,
        clock: systemClock,
        log: silentLogger,
        onFact: (fact) => facts.push(fact),
      });
      await livekit.start();
      client = createRtcClient();
    });

    afterEach(async () => {
      await client.close();
      await livekit.stop(0);
      ports.release();
      rmSync(dataDir, { recursive: true });
    });

    async function token(identity: string): Promise<string> {
      const signed = new AccessToken(KEY.apiKey, KEY.apiSecret, { identity, ttl: '10m' });
      signed.addGrant({ room: 'lab', roomJoin: true });
      return signed.toJwt();
    }

    function factsOf<K extends LogFact['kind']>(kind: K): Extract<LogFact, { kind: K }>[] {
      return facts.filter((fact): fact is Extract<LogFact, { kind: K }> => fact.kind === kind);
    }

    test('tells by which path somebody came, how long it took, and why they left', async () => {
      await client.connect(`ws://127.0.0.1:${ports.livekit}`, await token('anna'));
      await client.publishMicrophone(440);
      const active = await eventually(
        () => factsOf('participant_active')[0],
        'the line of an active participant',
      );
      expect(active).toMatchObject({
        room: 'lab',
        identity: 'anna',
        roomSid: expect.stringMatching(/^RM_/),
        participantSid: expect.stringMatching(/^PA_/),
        connectionType: 'udp',
      });
      expect(active.connectMs).toBeGreaterThan(0);
      expect(Math.abs(active.at - Date.now())).toBeLessThan(60_000);
      expect(selectedRemote(active.candidates)).toMatchObject({ side: 'remote', protocol: 'udp' });

      await client.disconnect();
      const closing = await eventually(() => factsOf('participant_closing')[0], 'the line of the end');
      expect(closing).toMatchObject({ identity: 'anna', reason: 'CLIENT_REQUEST_LEAVE', resumes: false });
      expect(closing.sessionMs).toBeGreaterThan(0);
    });

    test('tells who came by signalling and never got media through', async () => {
      const signalling = new WebSocket(
        `ws://127.0.0.1:${ports.livekit}/rtc?protocol=9&auto_subscribe=1&access_token=${await token('bert')}`,
      );
      await new Promise((resolve) => signalling.addEventListener('message', resolve, { once: true }));
      signalling.close();
      const never = await eventually(() => factsOf('never_connected')[0], 'the line of the failure');
      expect(never).toMatchObject({ room: 'lab', identity: 'bert', connectionType: 'unknown' });
    });
  },
);
