import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import type { Diagnosis, Finding } from '../../src/modules/doctor/model.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { didarCommand } from '../harness/executable.ts';
import { attend, createRoom } from '../harness/people.ts';
import { runProcess, startProcess } from '../harness/process.ts';
import { canMount, createSmallDisk, type SmallDisk } from '../harness/small-disk.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const MB = 1024 ** 2;
const KEY = { accessKeyId: 'AKIA1', secretAccessKey: 'a-secret' };
const GROUPS = '/sys/fs/cgroup/memory';
const mayLimitMemory = process.getuid?.() === 0 && existsSync(`${GROUPS}/memory.limit_in_bytes`);

describe('the machine, looked at without a daemon', () => {
  let didar: Didar;
  let disk: SmallDisk | undefined;
  beforeAll(async () => {
    didar = await startDidar();
    await didar.stop();
  });
  afterEach(() => {
    disk?.close();
    disk = undefined;
  });
  afterAll(() => didar?.cleanUp());

  /** One finding; `within` is a shell's command that starts the doctor as "$@". */
  async function finding(id: string, env: Record<string, string> = {}, within = '"$@"'): Promise<Finding> {
    const command = ['sh', '-c', within, 'sh', ...didarCommand(), 'doctor', '--json'];
    const all = { ...didar.env, DIDAR_CONFIG: didar.configPath, ...env };
    const { stdout, stderr } = await runProcess({ command, env: all, cwd: didar.home });
    const found = stdout.startsWith('{') && (JSON.parse(stdout) as Diagnosis).findings;
    if (!found) throw new Error(stdout + stderr);
    const [config] = found;
    return found.find((each) => each.id === id) ?? (config as Finding);
  }

  /** Tools of our own before those of the machine. */
  function withTool(name: string, script: string): Record<string, string> {
    const tools = `${didar.home}/tools`;
    mkdirSync(tools, { recursive: true });
    writeFileSync(`${tools}/${name}`, `#!/bin/sh\n${script}\n`);
    chmodSync(`${tools}/${name}`, 0o755);
    return { PATH: `${tools}:${process.env.PATH}` };
  }

  test('few files that may be open are named, with the line for the unit', async () => {
    const { state, evidence, fix, trouble } = await finding(
      'machine.open-files',
      {},
      'ulimit -n 1024; exec "$@"',
    );
    expect({ state, trouble }).toEqual({ state: 'warning', trouble: 'too-many-open-files' });
    expect(evidence).toContain('Only 1024 files');
    expect(fix).toContain('LimitNOFILE');
  });

  test.skipIf(Number(readFileSync('/proc/sys/net/core/rmem_max', 'utf8')) >= 5_000_000)(
    'a small UDP buffer is named where all media comes through one port (net.core.rmem_max below 5 MB)',
    async () => {
      expect(await finding('machine.udp-buffer')).toMatchObject({ state: 'skipped' });
      const env = { DIDAR_LIVEKIT_UDP_PORTS: String(didar.ports.spare) };
      expect(await finding('machine.udp-buffer', env)).toMatchObject({
        state: 'warning',
        trouble: 'udp-buffer',
        fix: expect.stringContaining('sysctl'),
      });
    },
  );

  test('a clock that nobody keeps right is named with the command', async () => {
    const env = withTool('timedatectl', 'echo no; echo no');
    expect(await finding('machine.clock', env)).toMatchObject({
      state: 'warning',
      fix: 'timedatectl set-ntp true',
    });
  });

  test.skipIf(!canMount())('a binary on a filesystem without exec is named (root)', async () => {
    const binary = `${didar.home}/noexec/livekit-server`;
    mkdirSync(`${didar.home}/noexec`, { recursive: true });
    const { livekit } = JSON.parse((await didar.cli(['version', '--json'])).stdout) as { livekit: string };
    writeFileSync(`${didar.home}/livekit-server`, `#!/bin/sh\necho livekit-server version ${livekit}\n`, {
      mode: 0o755,
    });
    const mount = `mount -t tmpfs -o noexec tmpfs ${didar.home}/noexec && cp ${didar.home}/livekit-server ${binary}`;
    const found = await finding(
      'livekit.binary',
      { DIDAR_LIVEKIT_BINARY: binary },
      `exec unshare --mount sh -c '${mount} && exec "$@"' sh "$@"`,
    );
    expect(found).toMatchObject({ state: 'failed', trouble: 'binary-unusable', key: 'livekit.binary' });
    expect(found.evidence).toContain('mounted noexec');
  });

  test('a binary that may not be executed, and one for another processor, are named', async () => {
    const binary = `${didar.home}/not-for-us`;
    writeFileSync(binary, '#!/bin/sh\n', { mode: 0o644 });
    const plain = await finding('livekit.binary', { DIDAR_LIVEKIT_BINARY: binary });
    expect(plain).toMatchObject({ state: 'failed', fix: `chmod +x ${binary}` });
    copyFileSync(process.execPath, binary);
    const bytes = new Uint8Array(await Bun.file(binary).arrayBuffer());
    bytes[18] = process.arch === 'arm64' ? 62 : 183;
    await Bun.write(binary, bytes);
    const foreign = await finding('livekit.binary', { DIDAR_LIVEKIT_BINARY: binary });
    expect(foreign.evidence).toMatch(/is for (arm64|x64), this machine is/);
  });

  test.skipIf(!canMount())(
    'a disk without room for an hour of recording, or for more files, is named (root)',
    async () => {
      disk = createSmallDisk(300);
      const env = { DIDAR_RECORDING_DIR: `${disk.path}/recordings` };
      expect(await finding('recording.directory', env)).toMatchObject({
        state: 'warning',
        trouble: 'disk-full',
        fix: expect.stringContaining('recording.retention'),
      });
      await disk.fillTo(50 * MB);
      expect(await finding('recording.directory', env)).toMatchObject({
        state: 'failed',
        trouble: 'disk-full',
      });
    },
  );

  test('that recordings can not be composed is named, with the package', async () => {
    const env = withTool('ffmpeg', 'echo ffmpeg version 3.0; exit 0');
    const found = await finding('recording.ffmpeg', env);
    expect(found.state).toBe('warning');
    expect(found.fix).toContain('ffmpeg');
  });

  test.skipIf(!canMount())('a machine without fonts is named, with the package (root)', async () => {
    const env = { ...withTool('ffmpeg', 'exit 0'), HOME: `${didar.home}/nobody` };
    const hide = ['/usr/share/fonts', '/usr/local/share/fonts']
      .map((path) => `{ [ ! -d ${path} ] || mount -t tmpfs tmpfs ${path}; }`)
      .join(' && ');
    const within = `exec unshare --mount sh -c '${hide} && exec "$@"' sh "$@"`;
    const found = await finding('recording.fonts', env, within);
    expect(found).toMatchObject({ state: 'warning', fix: expect.stringContaining('fonts-dejavu-core') });
  });

  test('a provider for signing in that is not there is named', async () => {
    const found = await finding('accounts.oidc', {
      DIDAR_AUTH_OIDC_ISSUER: `https://127.0.0.1:${didar.ports.spare}`,
      DIDAR_AUTH_OIDC_CLIENT_ID: 'didar',
      DIDAR_AUTH_OIDC_CLIENT_SECRET: 'a-secret',
    });
    expect(found).toMatchObject({ state: 'failed', trouble: null });
    expect(found.evidence).toContain(String(didar.ports.spare));
  });
});

describe('a running server', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  async function start(options: Parameters<typeof startDidar>[0] = {}): Promise<Didar> {
    const didar = await startDidar(options);
    undo.push(didar.cleanUp);
    return didar;
  }

  async function finding(didar: Didar, id: string): Promise<Finding> {
    const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
    return findings.find((each) => each.id === id) as Finding;
  }

  test('whose processors are all taken while people meet says so', async () => {
    const didar = await start();
    const anna = await attend(didar, (await createRoom(didar)).name);
    undo.push(() => anna.client.close());
    for (let i = 0; i < navigator.hardwareConcurrency * 2; i += 1) {
      const busy = startProcess({ command: ['sh', '-c', 'while :; do :; done'], env: process.env });
      undo.push(() => busy.kill('SIGKILL'));
    }
    const found = await eventually(async () => {
      const now = await finding(didar, 'machine.cpu');
      return now.state === 'warning' && now;
    }, 'the doctor to see it');
    expect(found).toMatchObject({ trouble: 'cpu-short' });
    expect(found.evidence).toContain('with 1 in meetings');
  });

  test.skipIf(!mayLimitMemory)(
    'whose control group has little memory left says so (cgroup, root)',
    async () => {
      const group = `${GROUPS}/didar-test-${process.pid}`;
      mkdirSync(group);
      undo.push(() =>
        eventually(() => {
          rmdirSync(group);
          return true;
        }, 'the group to be empty'),
      );
      const enter = `echo $$ >${group}/cgroup.procs; exec "$@"`;
      const didar = await start({ prefix: ['sh', '-c', enter, 'sh'] });
      expect(await finding(didar, 'machine.memory')).toMatchObject({ state: 'ok' });
      const used = Number(readFileSync(`${group}/memory.usage_in_bytes`, 'utf8'));
      writeFileSync(`${group}/memory.limit_in_bytes`, String(used + 64 * MB));
      const found = await eventually(async () => {
        const now = await finding(didar, 'machine.memory');
        return now.state === 'warning' && now;
      }, 'the doctor to see it');
      expect(found).toMatchObject({ trouble: 'out-of-memory' });
      expect(found.evidence).toContain('control group');
    },
  );

  test('tells by which paths people came, and that no TURN is as it should be', async () => {
    const didar = await start();
    const anna = await attend(didar, (await createRoom(didar)).name);
    undo.push(() => anna.client.close());
    await anna.client.publishMicrophone(440);
    const found = await eventually(async () => {
      const now = await finding(didar, 'network.paths');
      return now.evidence.includes('udp') && now;
    }, 'the path of anna');
    expect(found.state).toBe('ok');
    expect(found.evidence).toContain('Nobody needed TURN');
  });

  test('whose backups fail says why, with the job to retry, and is well when one was made', async () => {
    const parent = mkdtempSync(`${tmpdir()}/didar-backups-`);
    undo.push(() => rmSync(parent, { recursive: true }));
    writeFileSync(`${parent}/disk`, 'not a directory');
    const didar = await start({ config: { backup: { every: '1h', dir: `${parent}/disk/backups` } } });
    const found = (state: Finding['state'], evidence: RegExp) =>
      eventually(async () => {
        const now = await finding(didar, 'data.backups');
        return now.state === state && evidence.test(now.evidence) && now;
      }, `backups that are ${state}`);
    const broken = await found('failed', /There is no good one yet/);
    expect(broken).toMatchObject({ trouble: 'backup-failed', key: 'backup.dir' });
    const [, job = ''] = /didar job retry (\S+)$/.exec(broken.fix ?? '') ?? [];
    rmSync(`${parent}/disk`);
    expect(await didar.cli(['job', 'retry', job, '--socket', didar.socket])).toMatchObject({ code: 0 });
    await found('ok', /^The last good one is of .* The next is due at /);
  });

  test.skipIf(!canMount())(
    'on a network where nothing answers, not even DNS, says so within five seconds (namespaces, root)',
    async () => {
      const home = mkdtempSync(`${tmpdir()}/didar-hole-`);
      undo.push(() => rmSync(home, { recursive: true }));
      writeFileSync(`${home}/resolv.conf`, 'nameserver 192.0.2.53\n');
      // Whatever leaves by the veth is heard by nobody at its other end.
      const hole = [
        'ip link set lo up',
        'ip link add hole type veth peer name end',
        'ip addr add 198.51.100.2/24 dev hole',
        'ip link set hole up',
        'ip link set end up',
        'ip neigh add 198.51.100.1 lladdr 02:00:00:00:00:01 dev hole',
        'ip route add default via 198.51.100.1',
        `mount --bind ${home}/resolv.conf /etc/resolv.conf`,
        'exec "$@"',
      ].join(' && ');
      const didar = await start({
        prefix: ['unshare', '--net', '--mount', 'sh', '-c', hole, 'sh'],
        askOverSocket: true,
        config: {
          server: { host: 'meet.example.org' },
          recording: { s3: { bucket: 'meetings', endpoint: 'https://s3.example.org', ...KEY } },
          auth: { oidc: { issuer: 'https://id.example.org', clientId: 'didar' } },
        },
      });
      const begin = performance.now();
      const { body } = await didar.local<Diagnosis>('/api/system/doctor', { method: 'POST' });
      expect(performance.now() - begin).toBeLessThan(5_000);
      const stateOf = (id: string) => body.findings.find((each) => each.id === id)?.state;
      expect(['network.host-name', 'accounts.oidc'].map(stateOf)).toEqual(['failed', 'failed']);
      expect(body.findings.filter(({ evidence }) => evidence.includes('took too long'))).toSatisfy((late) =>
        late.every(({ fix }) => fix?.startsWith('DNS is silent')),
      );
      // What needs no network is looked at as ever.
      expect(['data.directory', 'data.writes', 'livekit.state', 'machine.open-files'].map(stateOf)).toEqual([
        'ok',
        'ok',
        'ok',
        'ok',
      ]);
    },
  );

  test('whose clients are given a URL that does not answer says so', async () => {
    const didar = await start({ config: { livekit: { host: 'ws://127.0.0.1:9' } } });
    expect(await finding(didar, 'network.signalling')).toMatchObject({
      state: 'failed',
      trouble: 'client-timeout',
    });
  });
});
