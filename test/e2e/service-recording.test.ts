import '../harness/slow.ts';
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { JoinAnswer } from '../../src/modules/rooms/model.ts';
import { didarCommand } from '../harness/executable.ts';
import { runProcess } from '../harness/process.ts';
import { createRtcClient, type RtcClient } from '../harness/rtc-client/client.ts';
import { bootSystemd, mayBootSystemd, type SystemdMachine } from '../harness/systemd-machine.ts';
import { eventually, within } from '../harness/within.ts';

const isExecutable = process.env.DIDAR_FROM_SOURCE !== '1';
const HZ = 440;
const RECORDED_MS = 3000;
const COMPOSING_LIMIT_MS = 60_000;

describe.skipIf(!isExecutable || !mayBootSystemd() || Bun.which('ffmpeg') === null)(
  'a meeting in the sandbox of the service (root, systemd, overlay, ffmpeg; the executable)',
  () => {
    let machine: SystemdMachine;
    let client: RtcClient | undefined;
    const [executable = ''] = didarCommand();
    const didar = '/usr/local/bin/didar';
    const elsewhere = '/srv/recordings';
    const url = 'http://203.0.113.1:8090';

    beforeAll(async () => {
      machine = await bootSystemd({ '/root/didar': executable });
      const card =
        'ip link add eth0 type veth peer name far; ip addr add 203.0.113.1/24 dev eth0; ip link set eth0 up; ip link set far up';
      await machine.ok('sh', '-ec', card);
      const config = `mkdir -p /etc/didar; cat >/etc/didar/config.yaml <<END
server: { host: 203.0.113.1, drainLimit: 5s }
recording: { dir: ${elsewhere} }
END`;
      await machine.ok('sh', '-ec', config);
      await machine.ok('/root/didar', 'service', 'install', '--memory-max', '1G');
      await machine.ok(didar, 'room', 'create', 'meeting');
    });
    afterAll(async () => {
      await client?.close();
      await machine?.remove();
    });

    const property = (name: string) =>
      machine.ok('systemctl', 'show', 'didar', `--property=${name}`, '--value');
    const recording = async () =>
      (JSON.parse(await machine.ok(didar, 'record', 'list', '--json')) as Recording[])[0];

    /** From another program of that machine's network. */
    async function join(): Promise<JoinAnswer> {
      const body = JSON.stringify({ room: 'meeting', name: 'Ada' });
      const ask = `const answer = await fetch('${url}/api/room/join', {
        method: 'POST', body: '${body}', headers: { 'content-type': 'application/json' } });
      console.log(await answer.text())`;
      const command = [...(await machine.network()), process.execPath, '--eval', ask];
      return JSON.parse((await runProcess({ command, env: process.env })).stdout);
    }

    async function enter(): Promise<RtcClient> {
      const { url: livekit, token } = await join();
      client = createRtcClient({ prefix: await machine.network() });
      await client.connect(livekit, token);
      await client.publishMicrophone(HZ);
      await client.publishCamera('red');
      return client;
    }

    test('is recorded to a directory of its own and composed, within a limit of memory', async () => {
      expect(await property('MemoryMax')).toBe(String(1024 ** 3));
      await enter();
      await machine.ok(didar, 'record', 'start', 'meeting');
      await eventually(async () => ((await recording())?.duration ?? 0) >= RECORDED_MS, 'some seconds of it');
      await machine.ok(didar, 'record', 'stop', 'meeting');
      const done = await within(
        COMPOSING_LIMIT_MS,
        async () => {
          const now = await recording();
          if (now?.state === 'failed') throw new Error(JSON.stringify(now.cause));
          return now?.state === 'done' && now;
        },
        'the composed recording',
      );
      await machine.ok(didar, 'record', 'fetch', done.id, '--output', '/root/meeting.mp4');
      const said = await machine.ok(
        'ffprobe',
        '-v',
        'error',
        '-show_entries',
        'stream=codec_type',
        '/root/meeting.mp4',
      );
      expect(said).toContain('codec_type=video');
      expect(said).toContain('codec_type=audio');
      expect(await machine.ok('find', elsewhere, '-name', '*.mp4')).not.toBe('');
      expect(await machine.ok('find', '/var/lib/didar', '-name', '*.mp4')).toBe('');
      expect(await property('NRestarts')).toBe('0');
    });

    test('goes on while a stop waits for people to leave, who find their room again after it', async () => {
      const before = client ?? (await enter());
      await machine.ok('systemctl', 'restart', '--no-block', 'didar');
      await eventually(async () => (await property('ActiveState')) === 'deactivating', 'the stop');
      expect(before.state.connection).toBe('connected');
      await eventually(async () => (await property('ActiveState')) === 'active', 'the restart');
      // some clients come back by themselves; the page tells people to
      await before.close();
      expect((await enter()).state.connection).toBe('connected');
      expect((await recording())?.state).toBe('done');
    });
  },
);
