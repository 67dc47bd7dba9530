import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import { configOutcome } from '../doctor/checks/config.ts';
import { diagnose, type Finding, findingOf } from '../doctor/diagnose.ts';
import { systemClock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { Diagnosis } from '../modules/doctor/model.ts';
import { createApiClient } from './lib/api-client.ts';
import { addClientOptions, type ClientOptions, clientFor } from './lib/client-options.ts';
import { describeFindings } from './lib/describe-findings.ts';
import { print, printJson, printNote } from './lib/output.ts';
import { findSocket } from './lib/socket.ts';
import { surroundings } from './lib/surroundings.ts';

const PATH = '/api/system/doctor';

/** `didar doctor`: the daemon looks at itself; without one, this process looks at what can be seen from outside. */
export function addDoctor(program: Command): void {
  addClientOptions(program.command('doctor'))
    .description('Looks for what is wrong and says how to mend it; exit code 1 when something failed.')
    .action(async (options: ClientOptions) => {
      const findings = await findingsFor(options);
      if (findings.some(({ state }) => state === 'failed')) process.exitCode = EXIT.failed;
      if (options.json) printJson({ findings });
      else print(describeFindings(findings));
    });
}

async function findingsFor(options: ClientOptions): Promise<readonly Finding[]> {
  if (options.url !== undefined) {
    return (await (await clientFor(options)).request<Diagnosis>('POST', PATH)).findings;
  }
  const around = surroundings();
  const reload = () => loadConfig({ ...around, flags: { config: options.config, data: options.data } });
  const start = performance.now();
  const loaded = await reload().catch((error: unknown) => error);
  if (loaded instanceof DomainError) {
    const title = 'The configuration is valid';
    return [findingOf({ id: 'config', title }, configOutcome(loaded), performance.now() - start)];
  }
  const { config, given } = loaded as Awaited<ReturnType<typeof reload>>;
  const socket = await findSocket({
    explicit: options.socket,
    dataDir: config.data,
    isDataGiven: given.data !== 'default',
    env: around.env,
  });
  if (socket !== undefined) {
    return (await createApiClient({ unix: socket }).request<Diagnosis>('POST', PATH)).findings;
  }
  printNote('No didar runs here: this is what can be seen without one.');
  return diagnose({ config, reload, env: around.env, clock: systemClock });
}
