import { afterEach, describe, expect, test } from 'bun:test';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { type Didar, startDidar } from '../harness/didar.ts';
import { cleanEnvironment, didarCommand } from '../harness/executable.ts';
import { type Ports, takePorts } from '../harness/ports.ts';
import { type Finished, runProcess } from '../harness/process.ts';
import '../harness/slow.ts';

describe('a start that can not work says why and what to do', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  function makeHome(): string {
    const home = mkdtempSync(`${tmpdir()}/didar-config-`);
    undo.push(() => rmSync(home, { recursive: true, force: true }));
    return home;
  }

  function didar(home: string, args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return runProcess({ command: [...didarCommand(), ...args], env: cleanEnvironment(home, env), cwd: home });
  }

  async function freePorts(): Promise<Ports> {
    const ports = await takePorts();
    undo.push(ports.release);
    return ports;
  }

  /** Starts with this config, which must fail. */
  async function serve(config: string | object, env?: Record<string, string>): Promise<Finished> {
    const home = makeHome();
    const path = `${home}/config.yaml`;
    writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config));
    return await didar(home, ['serve', '--config', path], env);
  }

  const working = (ports: Ports) => ({
    server: { host: '127.0.0.1', bind: '127.0.0.1', port: ports.server },
    livekit: {
      port: ports.livekit,
      tcpPort: ports.livekitTcp,
      udpPorts: ports.udp,
      nodeIP: '127.0.0.1',
      turn: { udpPort: ports.turnUdp, tlsPort: ports.turnTls, relayPorts: ports.relay },
    },
  });

  test('every fault is listed at once, with its key, line, value and fix', async () => {
    const faulty = [
      'server:',
      '  prot: 8090',
      '  port: 99999',
      '  drainLimit: soon',
      'livekit:',
      '  external: true',
      '  apiSecret: tooshort',
      '  udpPorts: 60000-50000',
    ].join('\n');
    const { code, stderr } = await serve(faulty, { DIDAR_LOG_LEVEL: 'loud' });
    expect(code).toBe(78);
    for (const [key, line] of Object.entries({ prot: 2, port: 3, drainLimit: 4, udpPorts: 8 })) {
      expect(stderr).toMatch(new RegExp(`config\\.yaml:${line}\\b.*${key}`));
    }
    expect(stderr).toContain('99999');
    expect(stderr).toContain('did you mean');
    expect(stderr).toContain('livekit.internalHost');
    expect(stderr).toContain('DIDAR_LOG_LEVEL');
    expect(stderr).not.toContain('tooshort');
    expect(stderr.match(/fix: /g)?.length).toBeGreaterThanOrEqual(6);
  });

  test('YAML that is none is pointed at by line', async () => {
    const { code, stderr } = await serve('server:\n  port: 8090\n tls: {\n');
    expect(code).toBe(78);
    expect(stderr).toMatch(/config\.yaml:[34]/);
  });

  test('a config that is missing, or a directory, is named', async () => {
    const home = makeHome();
    const missing = await didar(home, ['serve', '--config', `${home}/nowhere.yaml`]);
    expect(missing).toMatchObject({ code: 78 });
    expect(missing.stderr).toContain('nowhere.yaml');
    mkdirSync(`${home}/folder`);
    const folder = await didar(home, ['serve', '--config', `${home}/folder`]);
    expect(folder).toMatchObject({ code: 78 });
    expect(folder.stderr).toContain('folder');
  });

  test('a port in use is named, with who has it and the key to change', async () => {
    const ports = await freePorts();
    for (const [key, port] of Object.entries({
      'server.port': ports.server,
      'livekit.port': ports.livekit,
    })) {
      const holder = await listen(port);
      undo.push(() => holder.close());
      const { code, stderr } = await serve(working(ports));
      holder.close();
      expect({ key, failed: code !== 0 }).toEqual({ key, failed: true });
      expect(stderr).toContain(String(port));
      expect(stderr).toContain(key);
      expect(stderr).toContain(String(process.pid));
    }
  });

  test('an address that this machine does not have is named', async () => {
    const ports = await freePorts();
    const config = working(ports);
    const { code, stderr } = await serve({ ...config, server: { ...config.server, bind: '203.0.113.77' } });
    expect(code).not.toBe(0);
    expect(stderr).toContain('203.0.113.77');
    expect(stderr).toContain('server.bind');
  });

  test('a livekit-server that is missing, not executable or no program each has its message', async () => {
    const home = makeHome();
    const plain = `${home}/plain`;
    const noProgram = `${home}/no-program`;
    writeFileSync(plain, 'hello');
    writeFileSync(noProgram, 'hello');
    chmodSync(noProgram, 0o755);
    const messages = new Set<string>();
    for (const binary of [`${home}/missing`, plain, noProgram]) {
      const config = working(await freePorts());
      const { code, stderr } = await serve({ ...config, livekit: { ...config.livekit, binary } });
      expect({ binary, failed: code !== 0 }).toEqual({ binary, failed: true });
      expect(stderr).toContain(binary);
      expect(stderr).toContain('fix:');
      messages.add(stderr.replaceAll(binary, ''));
    }
    expect(messages.size).toBe(3);
  });

  describe('beside a running one', () => {
    let first: Didar;
    afterEach(async () => {
      await first?.cleanUp();
    });

    test('a second daemon on the same data directory is refused by name', async () => {
      first = await startDidar();
      const ports = await freePorts();
      const { code, stderr } = await serve({ ...working(ports), data: first.dataDir });
      expect(code).not.toBe(0);
      expect(stderr).toContain(first.dataDir);
      expect(stderr).toContain(String(first.pid));
      expect((await first.api('/api/ready')).status).toBe(200);
    });
  });

  test('check finds the same faults as a start; show hides the secrets and tells where values come from', async () => {
    const home = makeHome();
    const path = `${home}/config.yaml`;
    writeFileSync(
      path,
      'server:\n  port: 8123\nlivekit:\n  apiKey: APIowner\n  apiSecret: a-secret-of-more-than-32-characters-here\n',
    );
    const good = await didar(home, ['config', 'check', '--config', path]);
    expect(good.code).toBe(0);
    const shown = await didar(home, ['config', 'show', '--config', path, '--json'], {
      DIDAR_LOG_LEVEL: 'debug',
    });
    expect(shown.code).toBe(0);
    expect(shown.stdout).toContain('8123');
    expect(shown.stdout).not.toContain('a-secret-of-more');
    expect(() => JSON.parse(shown.stdout)).not.toThrow();
    const where = await didar(home, ['config', 'path', '--config', path]);
    expect(where.stdout).toContain(path);
    writeFileSync(path, 'server:\n  port: many\n');
    const bad = await didar(home, ['config', 'check', '--config', path]);
    expect(bad.code).toBe(78);
    expect(bad.stdout + bad.stderr).toContain('server.port');
  });
});

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
