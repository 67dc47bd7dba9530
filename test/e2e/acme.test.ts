import { afterEach, describe, expect, test } from 'bun:test';
import { connect, type TLSSocket } from 'node:tls';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import { type Pebble, startPebble } from '../fixtures/pebble/pebble.ts';
import { providePebble } from '../fixtures/pebble/provide.ts';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { takePorts } from '../harness/ports.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const NAME = 'meet.example.org';
const pebblePath = await providePebble();

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** An authority that looks for `known`, and a daemon that asks it for a certificate of its own name. */
async function start(
  known: string,
  acmeDirectory?: string,
): Promise<{ didar: Didar; pebble: Pebble; port: number }> {
  const ports = await takePorts();
  ends.push(() => ports.release());
  const pebble = await startPebble({
    path: pebblePath ?? '',
    name: known,
    tlsPort: ports.server,
    httpPort: ports.spare,
    lifeSeconds: 15,
  });
  ends.push(() => pebble.stop());
  const tls = { mode: 'acme', email: 'ops@example.org', acmeDirectory: acmeDirectory ?? pebble.directoryUrl };
  const didar = await startDidar({
    config: { server: { host: NAME, port: ports.server, tls } },
    env: { NODE_EXTRA_CA_CERTS: pebble.apiCa },
    askOverSocket: true,
  });
  ends.push(() => didar.cleanUp());
  return { didar, pebble, port: ports.server };
}

/** A connection that trusts what the authority signs and nothing else. */
function dial(port: number, ca: string, rejectUnauthorized = true): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, servername: NAME, ca, rejectUnauthorized };
    const socket = connect(options, () => resolve(socket));
    socket.on('error', reject);
    ends.push(() => socket.destroy());
  });
}

const fingerprint = (socket: TLSSocket) => socket.getPeerCertificate().fingerprint256;
const certificate = async (didar: Didar) =>
  (await asAdmin<NetworkHealth>(didar, '/api/system/network')).certificate;

async function asks(socket: TLSSocket): Promise<string> {
  const answer = new Promise<Buffer>((resolve) => socket.once('data', resolve));
  socket.write(`GET /api/health HTTP/1.1\r\nHost: ${NAME}\r\n\r\n`);
  return String(await answer).split('\r\n')[0] ?? '';
}

describe.skipIf(pebblePath === undefined)('certificates from an ACME authority', () => {
  test('one is got at the start, renewed in time, and nobody is dropped for it', async () => {
    const { didar, pebble, port } = await start(NAME);
    const ca = await pebble.root();
    const early = await eventually(() => dial(port, ca), 'a certificate of the authority');
    expect(await asks(early)).toBe('HTTP/1.1 200 OK');
    const late = await eventually(async () => {
      const socket = await dial(port, ca);
      if (fingerprint(socket) !== fingerprint(early)) return socket;
      socket.destroy();
      return undefined;
    }, 'a renewed certificate');
    expect(await asks(early)).toBe('HTTP/1.1 200 OK');
    expect(await asks(late)).toBe('HTTP/1.1 200 OK');
    expect(await certificate(didar)).toMatchObject({ mode: 'acme', subjects: [NAME], problem: null });
  });

  test('an authority that cannot be reached is named, and HTTPS is served nevertheless', async () => {
    const { didar, port } = await start(NAME, 'https://localhost:1/dir');
    const { problem } = await eventually(async () => {
      const now = await certificate(didar);
      return now?.problem?.includes('https://localhost:1/dir') ? now : undefined;
    }, 'the problem in the API');
    expect(problem).toContain('https://localhost:1/dir');
    expect(await asks(await dial(port, '', false))).toBe('HTTP/1.1 200 OK');
    await expect(fetch(`http://127.0.0.1:${port}/api/health`)).resolves.toMatchObject({ status: 400 });
  });

  test('a name that leads elsewhere is named, with what the authority said', async () => {
    const { didar } = await start('elsewhere.example.org');
    const { problem } = await eventually(async () => {
      const now = await certificate(didar);
      return now?.problem?.includes('tls-alpn-01') ? now : undefined;
    }, 'the problem in the API');
    expect(problem).toContain(NAME);
    expect(problem).toContain('tls-alpn-01');
  });
});
