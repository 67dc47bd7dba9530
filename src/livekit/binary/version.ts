import { DomainError, messageOf } from '../../lib/errors.ts';
import { inspectBinary } from './inspect.ts';

const ANSWER_LIMIT_MS = 20_000;

/**
 * Asks a livekit-server for its version, as `1.13.5`.
 * Errors: those of `inspectBinary`, and `binary_unusable` when it does not answer like a livekit-server.
 */
export async function livekitVersionOf(path: string): Promise<string> {
  await inspectBinary(path);
  const text = await answerOf(path);
  const version = /livekit-server version (\d+\.\d+\.\d+\S*)/.exec(text)?.[1];
  if (version) return version;
  throw new DomainError(
    'binary_unusable',
    `${path} did not tell a livekit-server's version: ${firstLine(text)}`,
    {
      fix: 'set livekit.binary to a livekit-server, 1.11 or newer',
    },
  );
}

async function answerOf(path: string): Promise<string> {
  try {
    const child = Bun.spawn([path, '--version'], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
      timeout: ANSWER_LIMIT_MS,
    });
    const [out, errors] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return `${out}${errors}`;
  } catch (error) {
    return messageOf(error);
  }
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] || 'no answer';
}
