import { version } from '../package.json';
import { createDoctor } from './appliance/doctor.ts';
import { signalsThroughFront, watchForEverybodyGone } from './appliance/everybody-gone.ts';
import { createMedia } from './appliance/media.ts';
import { keyOfStatic, planMedia } from './appliance/media-plan.ts';
import { planNetwork } from './appliance/network-plan.ts';
import { certificatesFor, type OpenFront, openFront } from './appliance/open-front.ts';
import { createPublicUrls } from './appliance/public-url.ts';
import { startTelemetry } from './appliance/telemetry.ts';
import { turnBehindFront } from './appliance/turn-behind-front.ts';
import { finishRestore } from './backup/restore/carry-out.ts';
import type { Config, GivenSecrets, Secrets } from './config/config.ts';
import { assertTakesFiles, openDataDir } from './config/data-dir.ts';
import { lockForDaemon } from './config/data-dir-lock.ts';
import type { LoadedConfig } from './config/load.ts';
import { loadOrCreateSecrets } from './config/secrets.ts';
import type { Clock } from './lib/clock.ts';
import { describeJump, watchClock } from './lib/clock-watch.ts';
import type { Logger } from './lib/log.ts';
import type { LogControl } from './lib/log-control.ts';
import type { Tracer } from './lib/tracing/tracer.ts';
import { createLiveKitApi } from './livekit/api/livekit-api.ts';
import type { LogFact } from './livekit/logs/log-fact.ts';
import type { MediaServer } from './livekit/media-server/media-server.ts';
import { detectAddresses } from './network/addresses/detect.ts';
import type { Handle } from './network/front/contract.ts';
import { problemResponse } from './network/front/problem.ts';
import { startUnixListener } from './network/front/unix-listener.ts';
import { startWebhookListener } from './network/front/webhook-listener.ts';

/** What is still under way when a stop begins gets this long. */
const ANSWERS_LIMIT_MS = 2_000;
const WEBHOOK_PATH = '/api/livekit/webhook';
/** A self-signed certificate covers it too. */
const LOOPBACK = '127.0.0.1';

export interface ApplianceOptions {
  readonly config: Config;
  /** Of its file; undefined where there is none. */
  readonly configPath: string | undefined;
  /** From the configuration. */
  readonly secretsGiven: GivenSecrets;
  /** Reads the configuration as the next start would. */
  readonly reload: () => Promise<LoadedConfig>;
  /** Unix sockets to listen on. */
  readonly sockets: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  /** What starts this program again: for its children. */
  readonly selfCommand: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
  readonly logControl: LogControl;
}

export interface Appliance {
  /** Where people reach it. */
  readonly url: string;
  /** For a terminal, never for a log; undefined once there is an admin. */
  readonly setupCode: string | undefined;
  /** Refuses newcomers, waits at most `drainLimit` ms for people to leave, and ends everything. May be called again with less. */
  stop(drainLimit: number): Promise<void>;
}

/**
 * Builds the house from the ground up and starts it in order; when one part can't start, those before it are
 * stopped again and its error is thrown. livekit-server starts while the rest is still being loaded.
 */
export async function startAppliance(options: ApplianceOptions): Promise<Appliance> {
  const { config, env, clock, log } = options;
  const stops: (() => unknown)[] = [];
  const stopAll = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };

  try {
    const telemetry = startTelemetry({
      config: config.telemetry,
      headers: options.secretsGiven.otlpHeaders,
      version,
      clock,
      log,
    });
    stops.push(() => telemetry.stop());
    const dataDir = await openDataDir(config.data);
    const lock = await lockForDaemon(dataDir, { pid: options.pid });
    stops.push(() => lock.release());
    await finishRestore(dataDir, config.recording.dir, { log });
    const plan = await planMedia({ config, dataDir: dataDir.path, env, log });
    const given: GivenSecrets =
      plan.mode === 'static' ? { ...options.secretsGiven, ...keyOfStatic(plan.file) } : options.secretsGiven;
    const secrets = await loadOrCreateSecrets({ dataDir: dataDir.path, given, log });

    let handle: Handle = starting;
    let onFact: (fact: LogFact) => void = () => undefined;
    let onLine: (line: string) => void = () => undefined;
    let opened: OpenFront | undefined;
    let draining = false;

    const webhooks = startWebhookListener({
      handle: (request, client) => handle(request, client),
      log,
      clock,
    });
    stops.push(() => webhooks.stop(ANSWERS_LIMIT_MS));
    const addresses = await detectAddresses(config);
    const host = config.server.host ?? addresses.nodeIP;
    const certificates = await certificatesFor({
      config,
      host,
      addresses: [addresses.nodeIP, LOOPBACK],
      dataDir: dataDir.path,
      clock,
      log,
    });
    const turnTls = await turnBehindFront({ config, plan, host, addresses, env, log });
    stops.push(() => turnTls?.guard.release());
    const livekit = livekitApi(config, secrets, { clock, tracer: telemetry.tracer }, () => media);
    const media: MediaServer = createMedia({
      plan,
      config,
      secrets,
      dataDir: dataDir.path,
      addresses,
      turnTls,
      livekit,
      clock,
      log,
      webhookUrl: `${webhooks.url}${WEBHOOK_PATH}`,
      onFact: (fact) => onFact(fact),
      onLine: (line) => onLine(line),
    });
    let closeDatabase = (): void => undefined;
    // After the media server: that it has stopped is put down too.
    stops.push(() => closeDatabase());
    let drainLimit = 0;
    stops.push(() => media.stop(drainLimit));
    const mediaStarted = media.start();
    // Its rejection is awaited below; until then it must not count as unhandled.
    mediaStarted.catch(() => undefined);

    const port = () => opened?.front.port ?? config.server.port;
    const urls = createPublicUrls({
      config,
      detectedAddress: addresses.nodeIP,
      port,
    });
    const [{ openDatabase }, { createServices }] = await Promise.all([
      import('./db/open.ts'),
      import('./appliance/services.ts'),
    ]);
    const db = openDatabase(dataDir.database, { log });
    closeDatabase = db.close;
    let onClockSet = (): void => undefined;
    const checkData = () => assertTakesFiles(dataDir.path);
    const clockWatch = watchClock({
      clock,
      monotonic: () => performance.now(),
      onChange(jump) {
        log.warn(jump ? `the clock was set ${describeJump(jump)}` : 'the clock is steady again');
        onClockSet();
      },
    });
    stops.push(() => clockWatch.stop());
    const services = createServices({
      config,
      configPath: options.configPath,
      secrets,
      setupCodePath: dataDir.setupCode,
      db,
      livekit,
      media,
      urls,
      version,
      clock,
      log,
      logControl: options.logControl,
      tracer: telemetry.tracer,
      selfCommand: options.selfCommand,
      env,
      draining: () => draining,
      checkData,
      clockJump: clockWatch.jump,
      diagnose: createDoctor({
        config,
        reload: options.reload,
        env,
        clock,
        running: () => ({
          pid: options.pid,
          media,
          livekit,
          publicUrl: urls.http(),
          apiKey: secrets.livekitApiKey,
          webhookUrl: `${urls.http()}${WEBHOOK_PATH}`,
          nodeIP: addresses.nodeIP,
          certificates,
          turnTls,
          checkDatabase: db.check,
          checkData,
          clockJump: clockWatch.jump,
        }),
      }),
      networkPlan: planNetwork({ config, plan, addresses, urls, port, certificates, turnTls }),
      drop: (room, identity) => opened?.front.drop(room, identity),
      // Who came to livekit directly is not seen by the front.
      isThere: (room, identity) =>
        config.livekit.host !== undefined || (opened?.front.holds(room, identity) ?? false),
      isTlsRelay: (port) => opened?.clientOfRelay(port) !== undefined,
    });
    stops.push(() => services.stop());
    handle = services.handle;
    onFact = services.onFact;
    onClockSet = services.clockSet;
    onLine = (line) => services.events.publish({ kind: 'livekit.log', actor: 'livekit', data: { line } });
    const { setupCode } = await services.auth.start();
    services.start();

    // Before the front: whoever finds this server ready finds its sockets too.
    for (const path of options.sockets) {
      const listener = await startUnixListener({ path, handle, log, clock });
      stops.push(() => listener.stop(ANSWERS_LIMIT_MS));
    }
    opened = await openFront({
      config,
      host,
      certificates,
      handle,
      signalling: { admit: services.admit, target: () => media.url(), onHolds: services.live.signalled },
      turnTarget: () =>
        turnTls && media.url() !== undefined ? { host: turnTls.address, port: turnTls.port } : undefined,
      // A livekit.yaml of the operator's may have TURN/TLS on that port itself.
      turnPort: turnTls && config.livekit.turn.tlsPort,
      log,
      clock,
    });
    const { stop } = opened;
    stops.push(() => stop(ANSWERS_LIMIT_MS));
    // A listener waits for its open streams: they end before it.
    stops.push(() => services.endStreams());
    await mediaStarted;
    services.network.start();
    services.events.record({ kind: 'server.started', actor: 'server', data: { version, url: urls.http() } });
    log.info('didar is ready for people', {
      url: urls.http(),
      version,
      livekit: media.status().state,
    });

    let stopping: Promise<void> | undefined;
    return {
      url: urls.http(),
      setupCode,
      stop(limit) {
        drainLimit = limit;
        if (stopping) return media.stop(limit).then(() => stopping);
        draining = true;
        services.drain();
        services.events.record({ kind: 'server.draining', actor: 'server', data: { drainLimit: limit } });
        const front = opened?.front;
        const endWatch =
          front && signalsThroughFront(config)
            ? watchForEverybodyGone({
                connections: () => front.connections(),
                clock,
                onGone: () => void media.stop(0),
              })
            : undefined;
        stopping = media.stop(limit).then(() => {
          endWatch?.();
          return stopAll();
        });
        return stopping;
      },
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

function livekitApi(
  config: Config,
  secrets: Secrets,
  { clock, tracer }: { readonly clock: Clock; readonly tracer: Tracer },
  media: () => MediaServer,
) {
  const { external, internalHost, skipTLSVerify } = config.livekit;
  return createLiveKitApi({
    url: () => (external ? internalHost : media().url()),
    apiKey: secrets.livekitApiKey,
    apiSecret: secrets.livekitApiSecret,
    skipTLSVerify,
    clock,
    tracer,
  });
}

/** Until the services are built; whoever asks is told to come back, LiveKit's webhooks too. */
function starting(): Response {
  return problemResponse(
    { status: 503, code: 'starting', detail: 'didar is starting.', fix: 'Try again in a moment.' },
    { 'Retry-After': '1' },
  );
}
