import { afterEach, expect, test } from 'bun:test';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { systemClock } from '../lib/clock.ts';
import { silentLogger } from '../lib/log.ts';
import { announceChild, endOrphan, MARK, writePidFile } from './orphan.ts';
import { identityOf } from './process-identity.ts';

const LISTENING = "console.log(Bun.listen({hostname:'127.0.0.1',port:0,socket:{data(){}}}).port)";

let directory: string | undefined;
afterEach(async () => {
  if (directory !== undefined) await rm(directory, { recursive: true, force: true });
});

/** Rejects when somebody listens there. */
function listenOn(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => server.close(() => resolve()));
  });
}

/** One that is ended loses its executable a moment before its port; this often, the moment is met. */
const ROUNDS = 10;

test.each(['living', 'already dying'])('the port of a %s orphan is free when it was ended', async (state) => {
  directory = await mkdtemp(`${tmpdir()}/didar-orphan-`);
  const pidFile = `${directory}/child.pid`;
  for (let round = 0; round < ROUNDS; round++) {
    const child = Bun.spawn([process.execPath, '-e', LISTENING], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const { value } = await child.stdout.getReader().read();
    await writePidFile(pidFile, child.pid);
    if (state === 'already dying') child.kill('SIGKILL');

    await endOrphan({ pidFile, clock: systemClock, log: silentLogger });

    await listenOn(Number(new TextDecoder().decode(value)));
    expect(await Bun.file(pidFile).exists()).toBe(false);
  }
});

test('a child whose daemon was killed before it had written down which it is, is ended too', async () => {
  directory = await mkdtemp(`${tmpdir()}/didar-orphan-`);
  const pidFile = `${directory}/child.pid`;
  async function start(mark: string) {
    const child = Bun.spawn(['sh', '-c', 'echo there; exec sleep 60'], {
      env: { PATH: process.env.PATH ?? '', [MARK]: mark },
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    // Until then it may still be what it was forked from.
    await child.stdout.getReader().read();
    return child;
  }
  await announceChild(pidFile);
  const ours = await start(pidFile);
  const other = await start(`${pidFile}.other`);

  expect(await endOrphan({ pidFile, clock: systemClock, log: silentLogger })).toBe(ours.pid);

  expect(await identityOf(ours.pid)).toBeUndefined();
  expect(await identityOf(other.pid)).toBeDefined();
  expect(await Bun.file(pidFile).exists()).toBe(false);
  other.kill('SIGKILL');
});
