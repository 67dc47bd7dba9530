import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { AccessToken, EgressClient } from 'livekit-server-sdk';
import { explainText } from '../../src/troubles/explain.ts';
import { livekitConfig } from '../fixtures/livekit.ts';
import { livekitBinaries } from '../fixtures/livekit-binaries.ts';
import { didarCommand } from '../harness/executable.ts';
import { type Ports, takePorts } from '../harness/ports.ts';
import { type Running, runProcess, startProcess } from '../harness/process.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';
const mayUnshare = Bun.spawnSync(['unshare', '--net', 'true'], { stderr: 'ignore' }).exitCode === 0;

/** What each real livekit-server says when it is given a fault, is explained by the row of that fault first. */
describe.each(livekitBinaries().map(({ version, path }) => [version, path] as const))(
  'what livekit-server %s itself says',
  (version, path) => {
    let home: string;
    let ports: Ports;
    beforeAll(async () => {
      home = mkdtempSync(`${tmpdir()}/didar-explain-`);
      ports = await takePorts();
    });
    afterAll(() => {
      ports?.release();
      rmSync(home, { recursive: true, force: true });
    });

    const right = () => livekitConfig(ports, { apiKey: 'APItest', apiSecret: SECRET });

    function run(config: unknown, prefix: readonly string[] = []): Running {
      const file = `${home}/livekit.yaml`;
      writeFileSync(file, typeof config === 'string' ? config : JSON.stringify(config), { mode: 0o600 });
      return startProcess({ command: [...prefix, path, '--config', file], env: process.env, cwd: home });
    }

    /** The row that its output is explained by, once there is one. */
    async function explained(livekit: Running): Promise<string> {
      try {
        return (await eventually(() => explainText(livekit.output())[0], 'an explanation')).id;
      } catch (error) {
        throw new Error(livekit.output(), { cause: error });
      } finally {
        livekit.kill('SIGKILL');
        await livekit.exited;
      }
    }

    test.each([
      ['config-tls-block', { tls: { cert_file: 'a' } }],
      ['config-egress-block', { egress: { s3: {} } }],
      ['config-unknown-key', { prot: 1 }],
      ['config-wrong-type', { port: 'abc' }],
      ['config-no-keys', { keys: {} }],
      ['config-short-secret', { keys: { APItest: 'short' } }],
      ['turn-domain', { turn: { enabled: true, tls_port: 5349 } }],
      ['turn-certificate', { turn: { enabled: true, domain: 'turn.example.org', tls_port: 5349 } }],
    ])('%s', async (id, fault) => {
      expect(await explained(run({ ...right(), ...fault }))).toBe(id);
    });

    test('config-not-yaml', async () => {
      expect(await explained(run('port: 7880\nrtc:\n\ttcp_port: 1\n'))).toBe('config-not-yaml');
    });

    test('config-unreadable', async () => {
      const command = [path, '--config', `${home}/nowhere.yaml`];
      expect(await explained(startProcess({ command, env: process.env, cwd: home }))).toBe(
        'config-unreadable',
      );
    });

    test('config-shell-wrapper', async () => {
      const command = [path, '-c', 'livekit-server'];
      expect(await explained(startProcess({ command, env: process.env, cwd: home }))).toBe(
        'config-shell-wrapper',
      );
    });

    test('redis', async () => {
      const redis = { address: `127.0.0.1:${ports.spare}` };
      expect(await explained(run({ ...right(), redis }))).toBe('redis');
    });

    test('port-in-use', async () => {
      using _other = Bun.listen({
        hostname: '127.0.0.1',
        port: ports.livekit,
        socket: { data: () => undefined },
      });
      expect(await explained(run(right()))).toBe('port-in-use');
    });

    test.skipIf(!mayUnshare)('external-ip, on a host without a network (namespaces, root)', async () => {
      const config = { ...right(), rtc: { ...right().rtc, node_ip: '', use_external_ip: true } };
      expect(await explained(run(config, ['unshare', '--net']))).toBe('external-ip');
    });

    test('binary-unusable, said by the shell', async () => {
      const command = ['sh', '-c', `${home}/livekit-server --config x`];
      expect(existsSync(`${home}/livekit-server`)).toBe(false);
      expect(await explained(startProcess({ command, env: process.env, cwd: home }))).toBe('binary-unusable');
    });

    test('webhook-failed, token-expired, no-record-grant and no-redis-for-egress', async () => {
      const webhook = { urls: [`http://127.0.0.1:${ports.spare}/x`], api_key: 'APItest' };
      const livekit = run({ ...right(), webhook });
      const url = `http://127.0.0.1:${ports.livekit}`;
      const egress = new EgressClient(url, 'APItest', SECRET);
      try {
        await eventually(async () => (await fetch(url)).ok, 'livekit to be up');
        const expired = new AccessToken('APItest', SECRET, { identity: 'anna', ttl: -3600 });
        expired.addGrant({ room: 'lab', roomJoin: true });
        const answer = await fetch(`${url}/rtc/validate?access_token=${await expired.toJwt()}`);
        expect(explainText(await answer.text())[0]?.id).toBe('token-expired');

        const list = await egress.listEgress().then(String, String);
        expect(explainText(list)[0]?.id).toBe('no-redis-for-egress');

        const weak = new AccessToken('APItest', SECRET, { identity: 'anna', ttl: 600 });
        weak.addGrant({ room: 'lab', roomJoin: true });
        const refused = await fetch(`${url}/twirp/livekit.Egress/ListEgress`, {
          method: 'POST',
          headers: { authorization: `Bearer ${await weak.toJwt()}`, 'content-type': 'application/json' },
          body: '{}',
        });
        expect(explainText(await refused.text())[0]?.id).toBe('no-record-grant');

        const admin = new AccessToken('APItest', SECRET, { ttl: 600 });
        admin.addGrant({ roomCreate: true });
        await fetch(`${url}/twirp/livekit.RoomService/CreateRoom`, {
          method: 'POST',
          headers: { authorization: `Bearer ${await admin.toJwt()}`, 'content-type': 'application/json' },
          body: '{"name":"lab"}',
        });
        await eventually(
          () => explainText(livekit.output()).some(({ id }) => id === 'webhook-failed'),
          'the webhook that failed',
        );
      } finally {
        livekit.kill('SIGKILL');
        await livekit.exited;
      }
    });

    test('no-media: somebody came by signalling alone', async () => {
      const livekit = run(right());
      const url = `127.0.0.1:${ports.livekit}`;
      try {
        await eventually(async () => (await fetch(`http://${url}`)).ok, 'livekit to be up');
        const token = new AccessToken('APItest', SECRET, { identity: 'bert', ttl: 600 });
        token.addGrant({ room: 'lab', roomJoin: true });
        const socket = new WebSocket(`ws://${url}/rtc?protocol=9&access_token=${await token.toJwt()}`);
        await new Promise((resolve) => socket.addEventListener('message', resolve, { once: true }));
        socket.close();
        expect(await explained(livekit)).toBe('no-media');
      } finally {
        livekit.kill('SIGKILL');
        await livekit.exited;
      }
    });

    test('and nothing is explained in the log of one that is well', async () => {
      const livekit = run(right());
      const url = `http://127.0.0.1:${ports.livekit}`;
      await eventually(async () => (await fetch(url)).ok, 'livekit to be up');
      expect(livekit.output()).toContain(version);
      expect(explainText(livekit.output())).toEqual([]);
      livekit.kill('SIGKILL');
      await livekit.exited;
    });
  },
);

describe('didar explain', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(`${tmpdir()}/didar-explain-`);
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const explain = (script: string) =>
    runProcess({
      command: ['sh', '-c', script, 'sh', ...didarCommand(), 'explain'],
      env: process.env,
      cwd: home,
    });

  test('takes a text, a file and a log of 50 MB on stdin, and tells the line', async () => {
    const cause = 'meet didar[1]: ENOSPC: no space left on device';
    const text = await explain(`"$@" write failed: no space left on device`);
    expect(text).toMatchObject({ code: 0, stdout: expect.stringContaining('The disk is full\n  cause: ') });
    writeFileSync(`${home}/didar.log`, `one\r\n\u001b[31mNov 27 21:00:01 ${cause}\u001b[0m\r\n`);
    expect((await explain('"$@" didar.log')).stdout).toContain(`  seen:  line 2: ${'ENOSPC'}`);
    const noise = '{"level":"info","msg":"participant active","room":"standup"}';
    const log = `{ yes '${noise}' | head -n 800000; echo '${cause}'; }`;
    const { stdout } = await explain(`${log} | "$@" --json`);
    expect(JSON.parse(stdout)).toMatchObject({
      lines: 800_001,
      causes: [{ id: 'disk-full', key: 'recording.retention', seen: { line: 800_001 } }],
    });
  });

  test('says so when it knows nothing of it, and when a file is not there', async () => {
    expect(await explain('echo the cat sat on the mat | "$@"')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('Nothing in this text is known'),
    });
    expect((await explain('"$@" ./nowhere.log')).stderr).toContain('There is no file ./nowhere.log');
  });
});
