import { systemClock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { readLines } from '../../supervisor/lines.ts';
import { record } from './recorder.ts';
import type { RecorderMessage, RecorderSpec } from './spec.ts';

/**
 * The recorder's process: its order comes as the first line on standard input, and that stays open for as long as it
 * shall go on: its end, as when the daemon died, ends the recording like SIGTERM does. Returns whether all went well.
 */
export async function runRecorder(): Promise<boolean> {
  const stop = Promise.withResolvers<void>();
  process.on('SIGTERM', () => stop.resolve());
  const order = Promise.withResolvers<string>();
  void readLines(Bun.stdin.stream(), order.resolve).finally(() => {
    order.resolve('');
    stop.resolve();
  });
  const reason = await record({
    spec: parseSpec(await order.promise),
    clock: systemClock,
    say,
    stop: stop.promise,
  });
  return reason !== 'failed';
}

function say(message: RecorderMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function parseSpec(line: string): RecorderSpec {
  try {
    return JSON.parse(line);
  } catch (cause) {
    throw new DomainError('recorder_failed', 'the recorder was started without an order', { cause });
  }
}
