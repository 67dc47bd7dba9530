import type { Config, Secrets } from '../config/config.ts';
import type { Clock } from '../lib/clock.ts';
import { freePort } from '../lib/free-port.ts';
import type { Logger } from '../lib/log.ts';
import type { LiveKitApi } from '../livekit/api/livekit-api.ts';
import { generateLiveKitConfig, prometheusLogin } from '../livekit/config/generated.ts';
import type { LogFact } from '../livekit/logs/log-fact.ts';
import { externalMediaServer } from '../livekit/media-server/external.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import { supervisedMediaServer } from '../livekit/media-server/supervised.ts';
import type { MetricsPlace } from '../livekit/metrics/fetch-metrics.ts';
import { createLiveKitProcess } from '../livekit/process/livekit-process.ts';
import { listenPlaces } from '../livekit/process/ports.ts';
import type { DetectedAddresses } from '../network/addresses/detect.ts';
import type { MediaPlan } from './media-plan.ts';
import type { TurnBehindFront } from './turn-behind-front.ts';

const LOOPBACK = '127.0.0.1';

export interface MediaDeps {
  readonly plan: MediaPlan;
  readonly config: Config;
  readonly secrets: Secrets;
  /** The data directory. */
  readonly dataDir: string;
  readonly addresses: DetectedAddresses;
  readonly turnTls: Pick<TurnBehindFront, 'domain' | 'port'> | undefined;
  /** Our plain listener on loopback. */
  readonly webhookUrl: string;
  readonly livekit: LiveKitApi;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onFact: (fact: LogFact) => void;
  readonly onLine: (line: string) => void;
}

/** The media server of the plan. */
export function createMedia(deps: MediaDeps): MediaServer {
  const { plan, config, clock, log, livekit, dataDir, onFact, onLine } = deps;
  if (plan.mode === 'external') {
    return externalMediaServer({
      url: plan.url,
      skipTLSVerify: config.livekit.skipTLSVerify,
      checkCredentials: async () => void (await livekit.listRooms()),
      clock,
      log,
    });
  }
  const { binary } = plan;
  const common = { binaryPath: binary.path, version: binary.version, dataDir, clock, log, onFact, onLine };
  if (plan.mode === 'static') {
    const { path, port, host, listens, missing, prometheus } = plan.file;
    const supervisor = createLiveKitProcess({ ...common, port, host, listens, staticConfigPath: path });
    return supervisedMediaServer({
      mode: 'static',
      supervisor,
      version: binary.version,
      url: plan.url,
      metrics: () => prometheus && { ...prometheus, url: metricsUrl(host, prometheus.port) },
      missing,
    });
  }
  let metrics: MetricsPlace | undefined;
  const supervisor = createLiveKitProcess({
    ...common,
    port: config.livekit.port,
    host: plan.host,
    listens: listenPlaces(config.livekit),
    async configYaml() {
      // Another one at each start: nobody has to keep a port free for it.
      const prometheusPort = await freePort();
      metrics = { ...prometheusLogin(deps.secrets), url: metricsUrl(LOOPBACK, prometheusPort) };
      return generated(deps, binary.version, prometheusPort);
    },
  });
  return supervisedMediaServer({
    mode: 'embedded',
    supervisor,
    version: binary.version,
    url: plan.url,
    metrics: () => metrics,
  });
}

function generated(deps: MediaDeps, version: string, prometheusPort: number): string {
  const { config, secrets, addresses, turnTls, webhookUrl } = deps;
  const { yaml } = generateLiveKitConfig({
    livekit: config.livekit,
    rooms: config.rooms,
    secrets,
    version,
    webhookUrl,
    nodeIP: addresses.nodeIP,
    nodeIPv6: addresses.nodeIPv6,
    turnTls: turnTls && { domain: turnTls.domain, port: turnTls.port },
    excludedInterfaces: addresses.excludedInterfaces,
    offeredNetworks: addresses.offeredNetworks,
    prometheusPort,
  });
  return yaml;
}

function metricsUrl(host: string, port: number): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/metrics`;
}
