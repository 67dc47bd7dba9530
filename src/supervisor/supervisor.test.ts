import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { createLogger, silentLogger } from '../lib/log.ts';
import type { ChildStatus, Supervisor, SupervisorOptions } from './child.ts';
import { identityOf } from './process-identity.ts';
import { createSupervisor } from './supervisor.ts';

const CHILD = join(import.meta.dir, '../../test/fixtures/children/child.sh');
const LIMIT_MS = 30_000;

let directory: string;
let started: Supervisor[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'didar-supervisor-'));
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((supervisor) => supervisor.stop(0)));
  await rm(directory, { recursive: true, force: true });
});

function supervise(behaviour: string, overrides: Partial<SupervisorOptions> = {}): Supervisor {
  const readyFile = join(directory, 'ready');
  const supervisor = createSupervisor({
    name: 'child',
    prepare: async () => {
      await rm(readyFile, { force: true });
      await writeFile(join(directory, 'made'), '');
      return {
        command: '/bin/sh',
        args: [CHILD, behaviour],
        env: { PATH: '/usr/bin:/bin', READY_FILE: readyFile },
        cleanUp: () => rm(join(directory, 'made')),
      };
    },
    ready: async () => existsSync(readyFile),
    explain: () => undefined,
    onLine: () => undefined,
    pidFile: join(directory, 'child.pid'),
    settleMs: 0,
    clock: systemClock,
    log: silentLogger,
    ...overrides,
  });
  started.push(supervisor);
  return supervisor;
}

function until(supervisor: Supervisor, wanted: (status: ChildStatus) => boolean): Promise<ChildStatus> {
  if (wanted(supervisor.status())) return Promise.resolve(supervisor.status());
  const { promise, resolve } = Promise.withResolvers<ChildStatus>();
  const off = supervisor.onChange((status) => {
    if (!wanted(status)) return;
    off();
    resolve(status);
  });
  return promise;
}

async function gone(pid: number): Promise<void> {
  while ((await identityOf(pid)) !== undefined) await Bun.sleep(5);
}

function pidOf(supervisor: Supervisor): number {
  return supervisor.status().pid ?? 0;
}

describe('starting', () => {
  test(
    'a start resolves when the child is ready, however long that takes',
    async () => {
      const supervisor = supervise('slow-ready');
      await supervisor.start();
      const status = supervisor.status();
      expect(status).toMatchObject({ state: 'ready', restarts: 0, pid: expect.any(Number) });
      expect(Number(status.readyAt) - Number(status.startedAt)).toBeGreaterThan(300);
    },
    LIMIT_MS,
  );

  test('what makes a first start impossible is told to who started it', async () => {
    const supervisor = supervise('obedient', {
      prepare: () => Promise.reject(new DomainError('port_in_use', 'Port 7880 is in use.')),
    });
    await expect(supervisor.start()).rejects.toThrow('Port 7880 is in use.');
    expect(supervisor.status().state).toBe('stopped');
  });

  test('a program that is not there is a failure like any other, and is tried again', async () => {
    const supervisor = supervise('obedient', {
      prepare: async () => ({ command: '/nowhere/at/all', args: [], env: {} }),
    });
    await supervisor.start();
    expect(supervisor.status().state).toBe('backoff');
    expect(supervisor.status().lastExit?.lastLines.join()).toContain('ENOENT');
  });
});

describe('an exit that nobody asked for', () => {
  test(
    'a crash is recorded with its code, last lines and cause, and the child is started again',
    async () => {
      const cause = { id: 'x', title: 'It broke', cause: 'because', fix: 'mend it' };
      const supervisor = supervise('crash', {
        explain: (lines) => (lines.includes('child: the reason stands here') ? cause : undefined),
      });
      await supervisor.start();
      expect(supervisor.status()).toMatchObject({
        state: 'backoff',
        lastExit: { code: 3, signal: null, cause },
      });
      expect(existsSync(join(directory, 'made'))).toBe(false);
      expect((await until(supervisor, (status) => status.restarts === 2)).state).toBe('starting');
    },
    LIMIT_MS,
  );

  test(
    'the log tells the cause and its fix; where nobody knows it, the last words, without tokens',
    async () => {
      const lines: string[] = [];
      const log = createLogger({ level: 'error', format: 'json', write: (line) => void lines.push(line) });
      const cause = { id: 'x', title: 'It broke', cause: 'because', fix: 'mend it' };
      await supervise('crash', { log, explain: () => cause }).start();
      await supervise('crash', { log }).start();
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ cause: 'It broke', fix: 'mend it' });
      expect(JSON.parse(lines[0] ?? '')).not.toHaveProperty('said');
      expect(JSON.parse(lines[1] ?? '').said).toBe('child: started as crash | child: the reason stands here');
      await supervise('says-a-token', { log }).start();
      expect(lines[2]).toContain('invalid token: (hidden)');
    },
    LIMIT_MS,
  );

  test(
    'an exit with code 0 is a failure too',
    async () => {
      const supervisor = supervise('exit-zero');
      await supervisor.start();
      const status = await until(supervisor, ({ state }) => state === 'backoff');
      expect(status.lastExit).toMatchObject({ code: 0 });
      expect(status.nextStartAt).toBeGreaterThan(Date.now() - 1000);
    },
    LIMIT_MS,
  );

  test(
    'a child that is killed is named with its signal',
    async () => {
      const supervisor = supervise('obedient');
      await supervisor.start();
      process.kill(pidOf(supervisor), 'SIGKILL');
      const status = await until(supervisor, ({ restarts, state }) => restarts === 1 && state === 'ready');
      expect(status.lastExit).toMatchObject({ code: null, signal: 'SIGKILL' });
    },
    LIMIT_MS,
  );

  test(
    'a child that does not become ready in time is ended, told so, and started again',
    async () => {
      const supervisor = supervise('never-ready', { readyLimitMs: 300 });
      await supervisor.start();
      const { state, lastExit } = supervisor.status();
      expect(state).toBe('backoff');
      expect(lastExit?.lastLines.at(-1)).toBe('(child was not ready after 0.3 s and was ended)');
    },
    LIMIT_MS,
  );

  test(
    'what the child had started does not outlive it',
    async () => {
      const lines: string[] = [];
      const supervisor = supervise('leaves-a-grandchild', { onLine: (line) => lines.push(line) });
      await supervisor.start();
      await until(supervisor, ({ state }) => state === 'backoff');
      const grandchild = Number(lines.find((line) => line.startsWith('grandchild'))?.split(' ')[1]);
      await gone(grandchild);
    },
    LIMIT_MS,
  );
});

describe('output', () => {
  test.each(['flood', 'endless-line'])(
    'a child that prints without end (%s) costs no memory',
    async (behaviour) => {
      Bun.gc(true);
      const before = process.memoryUsage.rss();
      const supervisor = supervise(behaviour);
      await supervisor.start();
      expect(supervisor.status().state).toBe('ready');
      expect(supervisor.lastLines()[0]).toBe(`child: started as ${behaviour}`);
      expect(supervisor.lastLines().length).toBeLessThan(110);
      Bun.gc(true);
      expect(process.memoryUsage.rss() - before).toBeLessThan(60_000_000);
    },
    LIMIT_MS,
  );
});

describe('stopping', () => {
  test(
    'a ready child is asked to end, and nothing is left of it',
    async () => {
      const supervisor = supervise('obedient');
      await supervisor.start();
      const pid = pidOf(supervisor);
      await supervisor.stop(20_000);
      expect(supervisor.status()).toMatchObject({ state: 'stopped', restarts: 0, lastExit: { code: 0 } });
      expect(supervisor.lastLines()).toContain('child: asked to end');
      expect(await identityOf(pid)).toBeUndefined();
      expect(existsSync(join(directory, 'made'))).toBe(false);
      expect(existsSync(join(directory, 'child.pid'))).toBe(false);
    },
    LIMIT_MS,
  );

  test(
    'a child that waits for its people is forced by a second signal at the drain limit',
    async () => {
      const supervisor = supervise('needs-two-terms');
      await supervisor.start();
      const begin = Date.now();
      await supervisor.stop(500);
      expect(Date.now() - begin).toBeGreaterThanOrEqual(495);
      expect(supervisor.status().lastExit).toMatchObject({ code: 0 });
    },
    LIMIT_MS,
  );

  test(
    'a second stop can shorten the drain of the first',
    async () => {
      const supervisor = supervise('needs-two-terms');
      await supervisor.start();
      const first = supervisor.stop(3_600_000);
      // On a busy machine it takes the first signal late, and one that comes before that is lost on it.
      while (!supervisor.lastLines().includes('child: asked once')) await Bun.sleep(5);
      await supervisor.stop(0);
      await first;
      expect(supervisor.status()).toMatchObject({ state: 'stopped', lastExit: { code: 0 } });
    },
    LIMIT_MS,
  );

  test(
    'a child that ignores both signals is killed',
    async () => {
      const supervisor = supervise('ignores-term');
      await supervisor.start();
      await supervisor.stop(0);
      expect(supervisor.status()).toMatchObject({ state: 'stopped', lastExit: { signal: 'SIGKILL' } });
    },
    LIMIT_MS,
  );

  test(
    'no signal is sent before the child has settled, so none is swallowed',
    async () => {
      const supervisor = supervise('swallows-early-term', { settleMs: 1_000 });
      await supervisor.start();
      await supervisor.stop(20_000);
      expect(supervisor.lastLines()).not.toContain('child: swallowed');
      expect(supervisor.status().lastExit).toMatchObject({ code: 0 });
    },
    LIMIT_MS,
  );

  test(
    'a stop during the start ends the child, also one that never becomes ready',
    async () => {
      const supervisor = supervise('never-ready');
      const start = supervisor.start();
      await until(supervisor, ({ pid }) => pid !== undefined);
      const pid = pidOf(supervisor);
      await supervisor.stop(20_000);
      await start;
      expect(supervisor.status().state).toBe('stopped');
      expect(await identityOf(pid)).toBeUndefined();
    },
    LIMIT_MS,
  );

  test('a stop while the start is still being prepared starts nothing', async () => {
    const prepared = Promise.withResolvers<void>();
    const supervisor = supervise('obedient', {
      prepare: async () => {
        await prepared.promise;
        return { command: '/bin/sh', args: [CHILD, 'obedient'], env: {} };
      },
    });
    const start = supervisor.start();
    const stop = supervisor.stop(20_000);
    prepared.resolve();
    await Promise.all([start, stop]);
    expect(supervisor.status()).toEqual({ state: 'stopped', restarts: 0 });
  });

  test(
    'a stop between two starts is at once, and no start follows',
    async () => {
      const supervisor = supervise('crash');
      await supervisor.start();
      await supervisor.stop(20_000);
      const { restarts } = supervisor.status();
      await Bun.sleep(400);
      expect(supervisor.status()).toMatchObject({ state: 'stopped', restarts });
    },
    LIMIT_MS,
  );

  test(
    'a stopped child can be started again',
    async () => {
      const supervisor = supervise('obedient');
      await supervisor.start();
      await supervisor.stop(20_000);
      await supervisor.start();
      expect(supervisor.status()).toMatchObject({ state: 'ready' });
    },
    LIMIT_MS,
  );
});

describe('after the daemon itself was killed', () => {
  async function abandonedChild(): Promise<{ pid: number; record: string }> {
    const child = Bun.spawn(['/bin/sh', CHILD, 'ignores-term'], {
      env: { PATH: '/usr/bin:/bin', READY_FILE: join(directory, 'old-ready') },
      detached: true,
    });
    const record = JSON.stringify(await identityOf(child.pid));
    return { pid: child.pid, record };
  }

  test(
    'the next start ends the child that was left behind',
    async () => {
      const { pid, record } = await abandonedChild();
      await writeFile(join(directory, 'child.pid'), record);
      const supervisor = supervise('obedient');
      await supervisor.start();
      expect(await identityOf(pid)).toBeUndefined();
      expect(await readFile(join(directory, 'child.pid'), 'utf8')).toContain(`"pid":${pidOf(supervisor)},`);
    },
    LIMIT_MS,
  );

  test(
    'also where the daemon was killed before it knew which it was',
    async () => {
      const killed = supervise('obedient');
      await killed.start();
      const left = Number(killed.status().pid);
      await writeFile(join(directory, 'child.pid'), 'a child is being started');
      const supervisor = supervise('obedient');
      await supervisor.start();
      expect(await identityOf(left)).toBeUndefined();
      expect(pidOf(supervisor)).not.toBe(left);
    },
    LIMIT_MS,
  );

  test.each([
    ['another start time', (record: string) => record.replace(/"startTime":"\d+"/, '"startTime":"1"')],
    [
      'another executable',
      (record: string) => record.replace(/"executable":"[^"]*"/, '"executable":"/bin/other"'),
    ],
    ['a broken record', (record: string) => record.slice(0, 12)],
  ])(
    'a process that only shares the number (%s) is left alone',
    async (_, change) => {
      const { pid, record } = await abandonedChild();
      await writeFile(join(directory, 'child.pid'), change(record));
      const supervisor = supervise('obedient');
      await supervisor.start();
      expect(await identityOf(pid)).toBeDefined();
      process.kill(-pid, 'SIGKILL');
    },
    LIMIT_MS,
  );
});
