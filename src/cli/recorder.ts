// below werift, tsyringe asks for the Reflect polyfill: compiled, nothing else has brought it by then
import 'reflect-metadata';
import type { Command } from 'commander';
import { EXIT } from '../lib/exit-codes.ts';
import { runRecorder } from '../recording/recorder/main.ts';

/** `didar recorder`: the daemon's child that records one room. */
export function addRecorder(program: Command): void {
  program
    .command('recorder', { hidden: true })
    .description('Records one room; its order comes on standard input.')
    .action(async () => {
      const isWell = await runRecorder();
      // timers of the connection to livekit may still run, and all is on the disk
      process.exit(isWell ? EXIT.done : EXIT.failed);
    });
}
