import { cpus, freemem, release, totalmem } from 'node:os';
import { version } from '../../../package.json';
import { loadConfig } from '../../config/load.ts';
import { effectiveValues, showAsYaml } from '../../config/show.ts';
import { bundle } from '../../lib/bundle.ts';
import type { Page } from '../../lib/schema.ts';
import type { Diagnosis } from '../../modules/doctor/model.ts';
import type { Job } from '../../modules/jobs/model.ts';
import type { NetworkHealth } from '../../modules/network/model.ts';
import type { Log, System } from '../../modules/system/model.ts';
import type { Usage } from '../../modules/usage/model.ts';
import type { ApiClient } from '../lib/api-client.ts';
import { type ClientOptions, clientFor } from '../lib/client-options.ts';
import { describeFindings } from '../lib/describe-findings.ts';
import { bundledLiveKitVersion } from '../lib/livekit-version.ts';
import { surroundings } from '../lib/surroundings.ts';

const MB = 1_000_000;

/** One part of the report: what it is called, and how it is had. */
export interface Section {
  readonly title: string;
  readonly read: () => Promise<string>;
}

/** Everything that a report holds, each by itself: what can't be had must not keep the rest back. */
export function sections(options: ClientOptions): readonly Section[] {
  const client = clientFor(options);
  // Each section that asks the daemon tells why it can't; nobody else awaits it.
  client.catch(() => undefined);
  const ask = (title: string, read: (client: ApiClient) => Promise<string>): Section => ({
    title,
    read: async () => read(await client),
  });
  const get = async <T>(api: ApiClient, path: string) => api.request<T>('GET', path);
  return [
    { title: 'versions', read: versions },
    { title: 'machine', read: machine },
    { title: 'configuration', read: () => configuration(options) },
    ask('doctor', async (api) =>
      describeFindings((await api.request<Diagnosis>('POST', '/api/system/doctor')).findings),
    ),
    ask('system', async (api) => json(await get<System>(api, '/api/system'))),
    ask('network', async (api) => {
      const { series, ...health } = await get<NetworkHealth>(api, '/api/system/network');
      return json({ ...health, series: { step: series.step } });
    }),
    ask('usage', async (api) => {
      const { series, ...now } = await get<Usage>(api, '/api/system/usage');
      return json({ ...now, series: { step: series.step, load: series.load } });
    }),
    ask('jobs that failed', async (api) =>
      json((await get<Page<Job>>(api, '/api/job?state=failed&limit=50')).items),
    ),
    ask('log', async (api) => (await get<Log>(api, '/api/system/log')).own.join('\n')),
    ask("the media server's log", async (api) => (await get<Log>(api, '/api/system/log')).lines.join('\n')),
    ask('metrics', async (api) => (await api.open('/metrics')).text()),
  ];
}

async function versions(): Promise<string> {
  return [
    `didar ${version}${bundle?.commit ? ` (${bundle.commit})` : ''}`,
    `bun ${Bun.version}`,
    `livekit-server ${await bundledLiveKitVersion()}`,
  ].join('\n');
}

async function machine(): Promise<string> {
  const memory = `${Math.round(freemem() / MB)} of ${Math.round(totalmem() / MB)} MB of memory free`;
  return `${process.platform}-${process.arch}, kernel ${release()}\n${cpus().length} CPUs, ${memory}`;
}

async function configuration({ config, data }: ClientOptions): Promise<string> {
  const loaded = await loadConfig({ ...surroundings(), flags: { config, data } });
  return `# ${loaded.path ?? 'no file'}\n${showAsYaml(effectiveValues(loaded))}`;
}

function json(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
