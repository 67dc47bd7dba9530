import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { parseArgs } from 'node:util';
import { didarCommand } from '../../../test/harness/executable.ts';
import { provideLiveKit } from '../build/livekit-server.ts';
import { benchBeside } from './beside.ts';
import { benchConnect } from './connect.ts';
import { benchControl } from './control.ts';
import { benchDashboard } from './dashboard.ts';
import { benchFlood } from './flood.ts';
import { benchJoins } from './joins.ts';
import { benchLogins } from './logins.ts';
import { benchMemory } from './memory.ts';
import { benchRecording } from './recording.ts';
import { benchRelay } from './relay.ts';
import { isMet, measured, type Row } from './row.ts';
import { benchSize } from './size.ts';
import { benchStart } from './start.ts';
import { formatTable } from './table.ts';

const USAGE = `usage: ./scripts/bench [--json] [--quick] [start|joins|logins|connect|control|relay|flood|dashboard|memory|recording|beside|size ...]

Measures didar beside what it is compared with, in one run on this machine. --quick takes fewer rounds.`;

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});

const rounds = values.quick
  ? {
      start: 3,
      joins: 1,
      logins: 4_000,
      connect: 5,
      control: 10,
      relay: 3_000,
      flood: 3,
      recording: [2],
      beside: 1,
      dashboard: { starts: 3, seconds: 5 },
    }
  : {
      start: 9,
      joins: 5,
      logins: 15_000,
      connect: 20,
      control: 50,
      relay: 20_000,
      flood: 10,
      recording: [2, 5, 10],
      beside: 3,
      dashboard: { starts: 9, seconds: 10 },
    };
const parts: Record<string, (directory: string) => Promise<Row[]> | Row[]> = {
  start: (directory) => benchStart(rounds.start, compileHello(directory)),
  joins: () => benchJoins(rounds.joins),
  logins: () => benchLogins(rounds.logins),
  connect: () => benchConnect(rounds.connect),
  control: () => benchControl(rounds.control),
  relay: () => benchRelay(rounds.relay),
  flood: () => benchFlood(rounds.flood),
  dashboard: () => benchDashboard(rounds.dashboard),
  memory: () => benchMemory(),
  recording: () => benchRecording(rounds.recording),
  beside: () => benchBeside(rounds.beside),
  size: () => benchSize(didarCommand()[0] ?? ''),
};

if (values.help || positionals.some((name) => !(name in parts))) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}

process.env.LIVEKIT_SERVER ??= (await provideLiveKit()).path;
const directory = mkdtempSync(`${tmpdir()}/didar-bench-`);
const rows: Row[] = [];
try {
  for (const name of positionals.length > 0 ? positionals : Object.keys(parts)) {
    console.error(`${name} ...`);
    rows.push(...((await parts[name]?.(directory)) ?? []));
  }
} finally {
  rmSync(directory, { recursive: true, force: true });
}

const machine = `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, Bun ${Bun.version}`;
if (values.json) {
  const results = rows.map((row) => ({ ...row, measured: measured(row), met: isMet(row) }));
  console.log(JSON.stringify({ machine, at: new Date().toISOString(), results }, null, 2));
} else {
  console.log(formatTable(machine, rows));
}

/** Bun's own bare start: nothing but the runtime in an executable. */
function compileHello(into: string): string {
  const out = `${into}/hello`;
  const source = `${import.meta.dir}/hello.ts`;
  const built = Bun.spawnSync([process.execPath, 'build', '--compile', '--minify', source, '--outfile', out]);
  if (built.exitCode !== 0) throw new Error(built.stderr.toString());
  return out;
}
