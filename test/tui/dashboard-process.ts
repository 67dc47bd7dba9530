import { systemClock } from '../../src/lib/clock.ts';
import { runDashboard } from '../../tui/run.tsx';

/** The dashboard as a program of its own, against any socket: `dashboard-process.ts SOCKET REPORTS [owns]`. */
const [socket = '', stateDirectory = '', owns] = process.argv.slice(2);
if (process.env.DIDAR_TEST_CRASH) {
  process.on('SIGUSR1', () => void Promise.reject(new Error('on purpose')));
}
const { code, stopServer, message } = await runDashboard({
  endpoint: { socket },
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
