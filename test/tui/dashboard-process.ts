import { existsSync } from 'node:fs';
import { systemClock } from '../../src/lib/clock.ts';
import { runDashboard } from '../../tui/run.tsx';
import type { Server } from '../../tui/state/server.ts';

/** The dashboard as a program of its own, against any socket: `dashboard-process.ts SOCKET REPORTS owns|'' [NAME=SOCKET…]`. */
const [socket = '', stateDirectory = '', owns, ...others] = process.argv.slice(2);
if (process.env.DIDAR_TEST_CRASH) {
  process.on('SIGUSR1', () => void Promise.reject(new Error('on purpose')));
}
const serverAt = (name: string, socket: string): Server => ({
  name,
  address: '',
  isLocal: name === 'this machine',
  isProduction: name === 'prod',
  async open() {
    if (!existsSync(socket)) throw new Error('nobody answers there');
    return { socket };
  },
});
const here = serverAt('this machine', socket);
const elsewhere = others.map((other) => {
  const [name = '', at = ''] = other.split('=');
  return serverAt(name, at);
});
const { code, stopServer, message } = await runDashboard({
  server: here,
  endpoint: { socket },
  servers: [here, ...elsewhere],
  version: '0.1.0',
  clock: systemClock,
  env: process.env,
  stateDirectory,
  isLinear: process.env.DIDAR_SCREEN_READER === '1',
  ownsServer: owns === 'owns',
});
if (message) console.error(message);
if (stopServer) console.log('the server is to be stopped');
process.exit(code);
