import { expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { didarCommand, ROOT } from '../harness/executable.ts';
import { eventually } from '../harness/within.ts';
import { startFakeServer } from './fake-server.ts';
import { fakeRoom } from './fake-world.ts';

setDefaultTimeout(90_000);

/** What a shell makes of a program that SIGHUP ended. */
const HUNG_UP = 129;

test('a terminal that is closed takes the dashboard with it, which is no crash', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'didar-closed-'));
  const server = startFakeServer({ socket: join(directory, 'didar.sock'), rooms: [fakeRoom('standup')] });
  let shown = '';
  const dashboard = Bun.spawn([...didarCommand(), 'tui', '--socket', join(directory, 'didar.sock')], {
    cwd: ROOT,
    env: {
      ...process.env,
      CI: undefined,
      TERM: 'xterm-256color',
      LC_ALL: 'C.UTF-8',
      XDG_STATE_HOME: directory,
    },
    terminal: {
      cols: 80,
      rows: 24,
      data(_terminal, bytes) {
        shown += bytes.toString();
      },
    },
  });
  try {
    await eventually(() => shown.includes('standup'), 'the dashboard to be drawn');
    dashboard.terminal?.close();
    expect(await dashboard.exited).toBe(HUNG_UP);
    expect(readdirSync(join(directory, 'didar'))).toEqual(['dashboard.json']);
  } finally {
    dashboard.kill('SIGKILL');
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }
});
