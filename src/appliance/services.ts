import type { Config, Secrets } from '../config/config.ts';
import type { Database } from '../db/open.ts';
import { createHandler, type Handle } from '../http/handler.ts';
import { createIdempotency } from '../http/idempotency/idempotency.ts';
import type { Clock } from '../lib/clock.ts';
import type { ClockJump } from '../lib/clock-watch.ts';
import type { Logger } from '../lib/log.ts';
import type { LogControl } from '../lib/log-control.ts';
import type { Tracer } from '../lib/tracing/tracer.ts';
import type { LiveKitApi } from '../livekit/api/livekit-api.ts';
import type { LogFact } from '../livekit/logs/log-fact.ts';
import type { RelayPlace } from '../livekit/logs/media-path.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import { watchWebhooks } from '../livekit/webhook/arrivals.ts';
import { receiveWebhook } from '../livekit/webhook/webhook.ts';
import { type Auth, createAuth } from '../modules/auth/auth.ts';
import { backupRoutes } from '../modules/backups/routes.ts';
import { denialRoutes } from '../modules/denials/routes.ts';
import { doctorRoutes } from '../modules/doctor/routes.ts';
import { createRefusals } from '../modules/events/refusals.ts';
import { createEventRepo } from '../modules/events/repo.ts';
import { eventRoutes } from '../modules/events/routes.ts';
import { createEvents, type Events } from '../modules/events/service.ts';
import { inviteRoutes } from '../modules/invites/routes.ts';
import { jobRoutes } from '../modules/jobs/routes.ts';
import type { Live } from '../modules/live/live.ts';
import { liveRoutes } from '../modules/live/routes.ts';
import { createSpeaking } from '../modules/live/speaking.ts';
import { metricsRoutes } from '../modules/metrics/routes.ts';
import type { NetworkPlan } from '../modules/network/plan.ts';
import { createPathRepo } from '../modules/network/repo.ts';
import { networkRoutes } from '../modules/network/routes.ts';
import { createNetwork, type Network } from '../modules/network/service.ts';
import { everyoneRoutes } from '../modules/participants/everyone-routes.ts';
import { participantRoutes } from '../modules/participants/routes.ts';
import { recordingRoutes } from '../modules/recordings/routes.ts';
import { roomRoutes } from '../modules/rooms/routes.ts';
import { systemRoutes } from '../modules/system/routes.ts';
import { createSystem } from '../modules/system/service.ts';
import { usageRoutes } from '../modules/usage/routes.ts';
import { waitingRoutes } from '../modules/waiting/routes.ts';
import { webhookRoutes } from '../modules/webhooks/routes.ts';
import type { ClientInfo } from '../network/front/client-info.ts';
import type { Admission } from '../network/front/contract.ts';
import { webRoutes } from '../web/routes.ts';
import { backupServices } from './backups.ts';
import type { Doctor } from './doctor.ts';
import { followMedia } from './follow-media.ts';
import { createJobQueue } from './job-queue.ts';
import { createLogFacts } from './log-facts.ts';
import { metricsService } from './metrics.ts';
import { outboundWebhooks } from './outbound-webhooks.ts';
import { peopleServices } from './people.ts';
import type { PublicUrls } from './public-url.ts';
import { recordingServices } from './recording.ts';
import { usageService } from './usage.ts';

/** A job that runs gets this long to end when the server stops; it is queued again. */
const JOBS_LIMIT_MS = 5_000;

export interface ServicesDeps {
  readonly config: Config;
  readonly configPath: string | undefined;
  readonly secrets: Secrets;
  readonly setupCodePath: string;
  readonly db: Database;
  readonly livekit: LiveKitApi;
  readonly media: MediaServer;
  readonly urls: PublicUrls;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly logControl: LogControl;
  readonly tracer: Tracer;
  /** What starts this program again. */
  readonly selfCommand: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly draining: () => boolean;
  readonly diagnose: Doctor;
  /** Throws when the data directory takes no files. */
  readonly checkData: () => void;
  readonly clockJump: () => ClockJump | undefined;
  /** How people are to reach this server. */
  readonly networkPlan: NetworkPlan;
  /** Whether an identity in a room has a signalling connection; true where that can't be known. */
  readonly isThere: (room: string, identity: string) => boolean;
  /** Whether this relay port of ours serves a client that came over TLS. */
  readonly isTlsRelay: (port: number) => boolean;
  /** Ends the signalling connections of an identity in a room. */
  readonly drop: (room: string, identity: string) => void;
}

export interface Services {
  readonly handle: Handle;
  readonly admit: (token: string | undefined, client: ClientInfo) => Admission;
  readonly auth: Auth;
  readonly events: Events;
  readonly live: Live;
  /** To be started once the front listens. */
  readonly network: Network;
  /** One fact from livekit's log. */
  readonly onFact: (fact: LogFact) => void;
  /** Begins what goes on in the background. */
  start(): void;
  /** To be called when the clock was set. */
  clockSet(): void;
  /** Newcomers are refused from now on: what waits for people to leave may begin. */
  drain(): void;
  /** Ends open event streams. */
  endStreams(): void;
  /** Ends all background work. */
  stop(): Promise<void>;
}

/** Builds every service once, each given just what it uses, and puts their routes behind one handler. */
export function createServices(deps: ServicesDeps): Services {
  const { config, secrets, db, livekit, media, urls, clock, log, draining } = deps;
  const key = { apiKey: secrets.livekitApiKey, apiSecret: secrets.livekitApiSecret };
  const openStreams = new Set<() => void>();

  const events = createEvents({
    repo: createEventRepo(db),
    clock,
    onStored: (event) => webhooks.take(event),
  });
  const auth = createAuth({
    db,
    events,
    clock,
    config: config.auth,
    tokenKey: secrets.tokenKey,
    setupCodePath: deps.setupCodePath,
    publicUrl: urls.page,
    oidcClientSecret: secrets.oidcClientSecret,
    log,
  });
  const speaking = createSpeaking({ events });
  const people = peopleServices({
    ...deps,
    events,
    speaking,
    auth,
    causeOf: (sid) => network.failures.causeOf(sid),
    recordingIn: (name) => recording.recordings.activeIn(name),
  });
  const { live, rooms } = people;
  const counts = () => {
    const totals = live.totals();
    return { rooms: rooms.count(), liveRooms: totals.rooms, participants: totals.participants };
  };
  const system = createSystem({
    version: deps.version,
    clock,
    media,
    draining,
    checkDatabase: db.check,
    checkData: deps.checkData,
    clockJump: deps.clockJump,
    certificate: () => deps.networkPlan.tls?.certificates.status(),
    publicUrl: urls.http,
    recordingDir: config.recording.dir,
    events,
    logControl: deps.logControl,
    counts,
  });

  const network = createNetwork({
    plan: deps.networkPlan,
    media,
    key,
    repo: createPathRepo(db),
    live,
    clock,
    examine: () => deps.diagnose({ ...instruments, testNetwork: async () => network.health() }, 'network'),
  });
  const usage = usageService({ config, media, clock, pid: process.pid });
  const metrics = metricsService({
    ...deps,
    events,
    counts,
    jobKinds: () => jobs.kinds(),
    health: network.health,
    usage: usage.now,
    ready: () => system.ready().ready,
    streams: () => openStreams.size,
  });
  const arrivals = watchWebhooks(receiveWebhook(key), clock);
  const jobs = createJobQueue({ ...deps, events });
  const webhooks = outboundWebhooks({ ...deps, events, jobs });
  const recording = recordingServices({
    config,
    secrets,
    db,
    events,
    jobs,
    live,
    speaking,
    livekit,
    media,
    rooms,
    sign: people.sign,
    selfCommand: deps.selfCommand,
    env: deps.env,
    clock,
    log,
  });

  const backups = backupServices({ ...deps, events, jobs });
  const instruments = {
    webhookAbout: arrivals.about,
    recordingsOnRecord: recording.onRecord,
    checkEgress: recording.checkEgress,
    lingeringRooms: people.lingeringRooms,
    backupsNow: backups.status,
  };

  const idempotency = createIdempotency({ db, clock, key: secrets.tokenKey });
  const handle = createHandler({
    authenticate: auth.authenticate,
    log,
    clock,
    onRefused: createRefusals({ events, clock }),
    onAnswered: metrics.answered,
    tracer: deps.tracer,
    corsOrigins: config.server.corsOrigins,
    idempotency,
    untilWritable: db.untilWritable,
    modules: [
      systemRoutes(system),
      doctorRoutes({
        diagnose: () => deps.diagnose({ ...instruments, testNetwork: network.selfTest }),
      }),
      networkRoutes(network),
      usageRoutes(usage),
      metricsRoutes({ metrics }),
      auth.routes,
      roomRoutes(people),
      inviteRoutes(people),
      participantRoutes(people),
      everyoneRoutes(people),
      waitingRoutes({ waiting: people.waiting, clock, openStreams }),
      denialRoutes({ denials: people.denials, visible: rooms.visible }),
      eventRoutes({
        events,
        clock,
        openStreams,
        factsFor: rooms.factsFor,
        reauthenticate: auth.authenticate,
      }),
      recordingRoutes(recording),
      jobRoutes({ jobs }),
      backupRoutes(backups),
      webhookRoutes({ webhooks }),
      liveRoutes({ live, hearEgress: recording.hearEgress, receive: arrivals.receive }),
      webRoutes(),
    ],
  });

  const following = followMedia({
    media,
    events,
    live,
    endStays: people.enforcement.ended,
    endStaysBy: people.enforcement.loginEnded,
    auth,
    clock,
    log,
  });
  let stops: (() => void)[] = [];

  return {
    handle,
    auth,
    events,
    live,
    network,
    onFact: createLogFacts({
      live,
      failures: network.failures,
      relay: relayPlace(deps.networkPlan),
      isThere: deps.isThere,
      isTlsRelay: deps.isTlsRelay,
    }),
    admit: (token, client) => network.admit(token) ?? people.gate(token, client),
    start() {
      stops = [
        idempotency.keepBounded(),
        events.keepBounded(config.events.retention),
        people.denials.keepBounded(),
        people.waiting.start(),
        webhooks.start(),
        recording.retention(),
      ];
      following.start();
      metrics.start();
      usage.start();
      recording.recordings.recover();
      stops.push(recording.autoRecord());
      stops.push(backups.start());
      jobs.start();
    },
    clockSet: jobs.clockSet,
    drain: recording.recordings.drain,
    endStreams() {
      for (const end of [...openStreams]) end();
    },
    async stop() {
      for (const stop of stops) stop();
      backups.stop();
      network.stop();
      metrics.stop();
      usage.stop();
      live.stop();
      auth.stop();
      await recording.recordings.shutDown();
      await jobs.stop(JOBS_LIMIT_MS);
    },
  };
}

/** Where TURN relays from, by which relayed people are told from direct ones; nowhere without TURN of ours. */
function relayPlace({ node, media }: NetworkPlan): RelayPlace {
  const nodeIPs = [node.ip, node.ipv6].filter((ip) => ip !== null);
  return { nodeIPs: media?.turn ? nodeIPs : [], relayPorts: media?.turn?.relay ?? { from: 0, to: 0 } };
}
