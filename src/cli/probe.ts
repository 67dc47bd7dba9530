import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../lib/clock.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import { EXIT, type ExitCode } from '../lib/exit-codes.ts';
import { probe } from '../probe/probe.ts';
import type { Report, Row } from '../probe/report.ts';
import { parseTarget } from '../probe/target.ts';
import { readToken } from './lib/client-options.ts';
import { print, printJson } from './lib/output.ts';

const DEFAULT_TURN_PORT = 3478;
const TITLE_WIDTH = 20;
const KEEP_ALIVE_MS = 60_000;

interface ProbeCommandOptions {
  readonly room?: string;
  readonly tokenFile?: string;
  readonly turnPort: number;
  readonly ca?: string;
  readonly insecure?: boolean;
  readonly json?: boolean;
}

/** `didar probe`: needs no daemon here, since it is run where the people are. */
export function addProbe(program: Command): void {
  program
    .command('probe')
    .description(
      'Checks from this machine whether people can reach a server, and over which paths media travels.',
    )
    .argument('<url>', 'a server, or a join link: https://meet.example.org/room/standup')
    .option('--room <name>', 'join this room as a guest, two for a few seconds, and try each path of media')
    .option(
      '--token-file <file>',
      'file that holds an API token (or set DIDAR_TOKEN); without a room, makes one for the probe',
    )
    .option(
      '--turn-port <port>',
      'UDP port of TURN, for a probe without a join',
      parsePort,
      DEFAULT_TURN_PORT,
    )
    .option('--ca <file>', "PEM file of an authority to trust, as didar's own")
    .option('--insecure', 'go on with a certificate that clients refuse')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nEnds with 0 when all that the server offers works, 1 when something does not, 69 when nothing answers.',
    )
    .action(runProbe);
}

async function runProbe(url: string, options: ProbeCommandOptions): Promise<void> {
  const { room, turnPort, insecure = false, json = false } = options;
  const ca = options.ca === undefined ? undefined : await readCa(options.ca);
  const token = await readToken(options.tokenFile);
  // timers of the clock alone would not keep the process from ending
  const keepAlive = setInterval(() => undefined, KEEP_ALIVE_MS);
  try {
    const report = await probe({
      target: parseTarget(url),
      trust: { insecure, ...(ca !== undefined && { ca }) },
      clock: systemClock,
      ...(room !== undefined && { room }),
      ...(token !== undefined && { token }),
      turnPort,
      onRow: (row) => {
        if (!json) print(formatRow(row));
      },
    });
    if (json) printJson(report);
    else print(formatVerdict(report));
    process.exitCode = exitCodeFor(report);
  } finally {
    clearInterval(keepAlive);
  }
}

function exitCodeFor({ ok, reachable }: Report): ExitCode {
  if (!reachable) return EXIT.unavailable;
  return ok ? EXIT.done : EXIT.failed;
}

/** A row as soon as it is known, so columns have fixed widths; the fix stands below. */
function formatRow({ state, title, ms, evidence, fix }: Row): string {
  const time = state === 'skipped' ? '-' : `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
  const line = `${state.padEnd('warning'.length)}  ${title.padEnd(TITLE_WIDTH)}  ${time.padStart(9)}  ${evidence}`;
  return fix === null ? line : `${line}\n${' '.repeat('warning'.length + 2)}fix: ${fix}`;
}

function formatVerdict({ verdict }: Report): string {
  return `\n${verdict.text}${verdict.fix === null ? '' : ` Fix first: ${verdict.fix}`}`;
}

async function readCa(path: string): Promise<string> {
  try {
    const pem = await readFile(path, 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    throw new DomainError(
      'usage',
      `Cannot read the certificate of an authority in ${path}: ${messageOf(error)}`,
      {
        fix: 'Give a PEM file; that of self-signed mode is tls/ca.pem in the data directory of the server.',
      },
    );
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('It must be a port, 1 to 65535.');
}
