import type { Command } from 'commander';
import { type LoadedConfig, loadConfig } from '../config/load.ts';
import { configCheck, configOutcome } from '../doctor/checks/config.ts';
import { firewallCheck } from '../doctor/checks/network/firewall.ts';
import { type DiagnoseOptions, diagnose, type Finding, findingOf } from '../doctor/diagnose.ts';
import { systemClock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import type { Diagnosis } from '../modules/doctor/model.ts';
import { type ApiClient, createApiClient } from './lib/api-client.ts';
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
  if (options.url !== undefined) return ask(await clientFor(options));
  const around = surroundings();
  const reload = () => loadConfig({ ...around, flags: { config: options.config, data: options.data } });
  const start = performance.now();
  const loaded = await reload().catch((error: unknown) => error);
  if (loaded instanceof DomainError) {
    return [findingOf(configCheck, configOutcome(loaded), performance.now() - start)];
  }
  const { config, given } = loaded as LoadedConfig;
  const socket = await findSocket({
    explicit: options.socket,
    dataDir: config.data,
    isDataGiven: given.data !== 'default',
    env: around.env,
  });
  const own = { config, reload, env: around.env, clock: systemClock };
  if (socket !== undefined) {
    const findings = await ask(createApiClient({ unix: socket }));
    return around.isRoot ? withOwnEyes(findings, own) : findings;
  }
  printNote('No didar runs here: this is what can be seen without one.');
  return diagnose(own);
}

async function ask(client: ApiClient): Promise<readonly Finding[]> {
  return (await client.request<Diagnosis>('POST', PATH)).findings;
}

/** What the daemon's user may not look at, root may. */
async function withOwnEyes(findings: readonly Finding[], own: DiagnoseOptions): Promise<readonly Finding[]> {
  const isUnseen = ({ id, state }: Finding) => id === firewallCheck.id && state === 'skipped';
  if (!findings.some(isUnseen)) return findings;
  const [seen] = await diagnose({ ...own, checks: [firewallCheck] });
  return findings.map((finding) => (seen && isUnseen(finding) ? seen : finding));
}
