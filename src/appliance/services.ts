import { createBackupProcesses } from '../backup/backup-process.ts';
import { subjectOf } from '../backup/subject.ts';
import type { Config, Secrets } from '../config/config.ts';
import type { Database } from '../db/open.ts';
import { createHandler, type Handle } from '../http/handler.ts';
import { createIdempotency } from '../http/idempotency/idempotency.ts';
import { createJobs } from '../jobs/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import type { ClockJump } from '../lib/clock-watch.ts';
import { DomainError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { LogControl } from '../lib/log-control.ts';
import { toTimestamp } from '../lib/schema.ts';
import type { Tracer } from '../lib/tracing/tracer.ts';
import type { LiveKitApi } from '../livekit/api/livekit-api.ts';
import type { LogFact } from '../livekit/logs/log-fact.ts';
import type { RelayPlace } from '../livekit/logs/media-path.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import { fetchMetricsText } from '../livekit/metrics/fetch-metrics.ts';
import { signJoinToken, verifyJoinToken } from '../livekit/tokens/join-token.ts';
import { watchWebhooks } from '../livekit/webhook/arrivals.ts';
import { receiveWebhook } from '../livekit/webhook/webhook.ts';
import { type Auth, createAuth } from '../modules/auth/auth.ts';
import { createPasswords } from '../modules/auth/passwords.ts';
import { createSignedTokens } from '../modules/auth/signed-tokens.ts';
import { backupRoutes } from '../modules/backups/routes.ts';
import { BACKUP_JOB, type BackupBucket, createBackupSchedule } from '../modules/backups/schedule.ts';
import { createBackups } from '../modules/backups/service.ts';
import { createDenials } from '../modules/denials/denials.ts';
import { createGrants } from '../modules/denials/grants.ts';
import { denialRoutes } from '../modules/denials/routes.ts';
import { doctorRoutes } from '../modules/doctor/routes.ts';
import { createRefusals } from '../modules/events/refusals.ts';
import { createEventRepo } from '../modules/events/repo.ts';
import { eventRoutes } from '../modules/events/routes.ts';
import { createEvents, type Events } from '../modules/events/service.ts';
import { createInvites } from '../modules/invites/invites.ts';
import { createInviteRepo } from '../modules/invites/repo.ts';
import { inviteRoutes } from '../modules/invites/routes.ts';
import { jobRoutes } from '../modules/jobs/routes.ts';
import { showJob } from '../modules/jobs/show-job.ts';
import { createLive, type Live } from '../modules/live/live.ts';
import { liveRoutes } from '../modules/live/routes.ts';
import { createLiveKitMetrics } from '../modules/metrics/livekit.ts';
import { createLoopDelay } from '../modules/metrics/loop-delay.ts';
import { createMetrics } from '../modules/metrics/metrics.ts';
import { createMetricsRepo } from '../modules/metrics/repo.ts';
import { metricsRoutes } from '../modules/metrics/routes.ts';
import type { NetworkPlan } from '../modules/network/plan.ts';
import { createPathRepo } from '../modules/network/repo.ts';
import { networkRoutes } from '../modules/network/routes.ts';
import { createNetwork, type Network } from '../modules/network/service.ts';
import { createAddresses } from '../modules/participants/addresses.ts';
import { createEnforcement } from '../modules/participants/enforcement.ts';
import { createEntitlements } from '../modules/participants/entitlement.ts';
import { everyoneRoutes } from '../modules/participants/everyone-routes.ts';
import { createGate } from '../modules/participants/gate.ts';
import { createLoginMarks } from '../modules/participants/login-marks.ts';
import { createParticipants } from '../modules/participants/participants.ts';
import { createPutOut } from '../modules/participants/put-out.ts';
import { participantRoutes } from '../modules/participants/routes.ts';
import { recordingRoutes } from '../modules/recordings/routes.ts';
import { createJoin } from '../modules/rooms/join.ts';
import { createMembers } from '../modules/rooms/members.ts';
import { createRoomRepo } from '../modules/rooms/repo.ts';
import { createRoomPasswords } from '../modules/rooms/room-passwords.ts';
import { roomRoutes } from '../modules/rooms/routes.ts';
import { createRooms } from '../modules/rooms/service.ts';
import { createStandings } from '../modules/rooms/standing.ts';
import { systemRoutes } from '../modules/system/routes.ts';
import { createSystem } from '../modules/system/service.ts';
import { createAdmissions } from '../modules/waiting/admissions.ts';
import { createAdmissionRepo } from '../modules/waiting/repo.ts';
import { waitingRoutes } from '../modules/waiting/routes.ts';
import { createTickets } from '../modules/waiting/tickets.ts';
import { createWaitingRoom } from '../modules/waiting/waiting-room.ts';
import { DELIVER } from '../modules/webhooks/deliverer.ts';
import { createPost } from '../modules/webhooks/post.ts';
import { createWebhookRepo } from '../modules/webhooks/repo.ts';
import { webhookRoutes } from '../modules/webhooks/routes.ts';
import { createSend } from '../modules/webhooks/send.ts';
import { createTarget } from '../modules/webhooks/target.ts';
import { createWebhooks } from '../modules/webhooks/webhooks.ts';
import type { ClientInfo } from '../network/front/client-info.ts';
import type { Admission } from '../network/front/contract.ts';
import { createS3 } from '../recording/storage/s3.ts';
import { s3Settings } from '../recording/storage/settings.ts';
import { webRoutes } from '../web/routes.ts';
import type { Doctor } from './doctor.ts';
import { followMedia } from './follow-media.ts';
import { createLogFacts } from './log-facts.ts';
import type { PublicUrls } from './public-url.ts';
import { recordingServices } from './recording.ts';
import { requireMedia } from './require-media.ts';

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
  /** Newcomers are refused from now on: what waits for people to leave may begin. */
  drain(): void;
  /** Ends open event streams. */
  endStreams(): void;
  /** Ends all background work. */
  stop(): Promise<void>;
}

/** Builds every service once, each given just what it uses, and puts their routes behind one handler. */
export function createServices(deps: ServicesDeps): Services {
  const { config, secrets, db, livekit, media, urls, clock, log, draining, drop } = deps;
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
  const denials = createDenials({ db, events, clock });
  const grants = createGrants({ db, clock });
  const admissions = createAdmissions({ repo: createAdmissionRepo(db), clock });
  const addresses = createAddresses();
  const repo = createRoomRepo(db);
  const standingOf = createStandings(repo);
  const entitlements = createEntitlements({ grants, standingOf });
  // A queue of their own: who guesses passwords of rooms keeps nobody from logging in.
  const roomPasswordHashes = createPasswords();

  const live = createLive({
    db,
    events,
    clock,
    log,
    livekit,
    isMicLocked(room, person) {
      const row = repo.byName(room);
      return row !== undefined && entitlements.isMicLocked(row, person);
    },
    rooms: repo,
    causeOf: (sid) => network.failures.causeOf(sid),
    describeRoom(name) {
      const row = repo.byName(name);
      return row && rooms.present(row);
    },
    onPresent: (participant) => enforcement.seen(participant),
  });
  const putOut = createPutOut({ livekit, live, drop });
  const loginMarks = createLoginMarks();
  const enforcement = createEnforcement({
    denials,
    decisionOf: admissions.of,
    entitlements,
    standingOf,
    rooms: repo,
    livekit,
    live,
    putOut,
    loginMarks,
    log,
  });
  const rooms = createRooms({
    repo,
    events,
    live,
    clock,
    defaults: config.rooms,
    endLiveRoom: (name) => endLiveRoom(livekit, live, name),
    applyPermissions: enforcement.room,
    hashPassword: roomPasswordHashes.hash,
    admitPresent(room, by) {
      for (const person of live.participants(room.name)) waiting.admitUnasked(room, person, by);
    },
    recordingOf(name) {
      const current = recording.recordings.activeIn(name);
      return current ? { ...current, startedAt: toTimestamp(current.startedAt) } : null;
    },
  });
  const participants = createParticipants({
    live,
    livekit,
    denials,
    grants,
    events,
    addresses,
    log,
    drop,
    visible: rooms.visible,
    standingOf,
    entitlements,
    putOut,
    clock,
    setLowered: rooms.setLowered,
  });
  const members = createMembers({
    repo,
    rooms,
    events,
    clock,
    onChanged: (room, userId) => enforcement.member(room, userId),
  });
  const invites = createInvites({
    repo: createInviteRepo(db),
    events,
    live,
    clock,
    visible: rooms.visible,
    publicUrl: urls.http,
  });
  const waiting = createWaitingRoom({
    admissions,
    tickets: createTickets(createSignedTokens({ key: secrets.tokenKey, clock })),
    events,
    clock,
    rooms: { byName: repo.byName, visible: rooms.visible },
    isDenied: (roomId, identity) => denials.denied(roomId, identity) !== undefined,
    putOut: (room, identity) => putOut(room, identity, 'refused'),
  });
  const sign = signJoinToken({ ...key, clock });
  const join = createJoin({
    rooms,
    members,
    invites,
    waiting,
    passwords: createRoomPasswords({ clock, matches: roomPasswordHashes.matches }),
    events,
    live,
    clock,
    ttl: config.auth.joinTtl,
    guestsAllowed: config.auth.guests,
    sign,
    guests: auth.guestTokens,
    loginMarkOf: auth.logins.markOf,
    isDenied: (roomId, identity, address) => denials.denied(roomId, identity, address) !== undefined,
    remember: addresses.set,
    grantOf: grants.of,
    isRecorded: (name) => recording.recordings.activeIn(name) !== undefined,
    consent: config.recording.consent,
    assertOpen: () => assertOpen(media, draining()),
    urlFor: urls.signalling,
  });
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
  const metrics = createMetrics({
    version: deps.version,
    clock,
    repo: createMetricsRepo(db),
    media,
    health: network.health,
    counts,
    ready: () => system.ready().ready,
    streams: () => openStreams.size,
    subscribe: events.subscribe,
    loopDelay: createLoopDelay(),
    livekit: createLiveKitMetrics({
      clock,
      async fetch(limitMs) {
        const place = media.url() === undefined ? undefined : media.metrics();
        return place && fetchMetricsText(place, limitMs);
      },
    }),
  });
  const arrivals = watchWebhooks(receiveWebhook(key), clock);
  const jobs = createJobs({
    db,
    clock,
    log,
    random: Math.random,
    tracer: deps.tracer,
    inTransaction: events.inTransaction,
    onChange(changed, actor, before) {
      const job = showJob(changed);
      const states = before && { before: showJob(before), after: job };
      const event = { kind: 'job.changed', actor, data: { job }, ...states } as const;
      // Deliveries are on record themselves, and to store that an event is delivered would make events without end.
      // What somebody does to one is an act like any other.
      if (job.kind === DELIVER && actor === 'server') events.publish(event);
      else events.record(event);
    },
    onProgress: (job) =>
      events.publish({ kind: 'job.changed', actor: 'server', data: { job: showJob(job) } }),
  });

  const webhooks = createWebhooks({
    repo: createWebhookRepo(db),
    events,
    jobs,
    send: createSend({
      findTarget: createTarget(config.webhooks),
      post: createPost({ clock }),
      clock,
      version: deps.version,
    }),
    serverKey: secrets.tokenKey,
    clock,
    log,
  });

  const recording = recordingServices({
    config,
    secrets,
    db,
    events,
    jobs,
    live,
    livekit,
    media,
    rooms,
    sign,
    selfCommand: deps.selfCommand,
    env: deps.env,
    clock,
    log,
  });

  const instruments = {
    webhookAbout: arrivals.about,
    recordingsOnRecord: recording.onRecord,
    checkEgress: recording.checkEgress,
    lingeringRooms: repo.lingering,
  };
  const backupProcesses = createBackupProcesses({
    command: deps.selfCommand,
    env: { PATH: deps.env.PATH ?? '', HOME: deps.env.HOME ?? '' },
  });
  const backupSubject = (withRecordings: boolean) =>
    subjectOf({ config, configPath: deps.configPath, version: deps.version, withRecordings });
  const backups = createBackups({ processes: backupProcesses, subject: backupSubject, events });
  const backupSchedule = createBackupSchedule({
    config: config.backup,
    subject: backupSubject,
    processes: backupProcesses,
    bucket: backupBucket(config, secrets, clock),
    jobs,
    clock,
    log,
  });
  jobs.register(BACKUP_JOB, backupSchedule.kind);

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
      metricsRoutes({ metrics }),
      auth.routes,
      roomRoutes({ rooms, join, members }),
      inviteRoutes({ invites }),
      participantRoutes({ participants }),
      everyoneRoutes({ participants }),
      waitingRoutes({ waiting, clock, openStreams }),
      denialRoutes({ denials, visible: rooms.visible }),
      eventRoutes({
        events,
        clock,
        openStreams,
        factsFor: rooms.factsFor,
        reauthenticate: auth.authenticate,
      }),
      recordingRoutes(recording),
      jobRoutes({ jobs }),
      backupRoutes({ backups }),
      webhookRoutes({ webhooks }),
      liveRoutes({ live, hearEgress: recording.hearEgress, receive: arrivals.receive }),
      webRoutes(),
    ],
  });

  const gate = createGate({
    verifyJoinToken: verifyJoinToken({ ...key, clock }),
    denials,
    live,
    rooms: repo,
    standingOf,
    decisionOf: admissions.of,
    addresses,
    guestsAllowed: config.auth.guests,
    loginMarks,
    isLoginOpen: auth.logins.isOpen,
    draining,
  });

  const following = followMedia({
    media,
    events,
    live,
    endStays: enforcement.ended,
    endStaysBy: enforcement.loginEnded,
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
    admit: (token, client) => network.admit(token) ?? gate(token, client),
    start() {
      stops = [
        idempotency.keepBounded(),
        events.keepBounded(config.events.retention),
        denials.keepBounded(),
        waiting.start(),
        webhooks.start(),
        recording.retention(),
      ];
      following.start();
      metrics.start();
      recording.recordings.recover();
      stops.push(recording.autoRecord());
      stops.push(backupSchedule.start());
      jobs.start();
    },
    drain: recording.recordings.drain,
    endStreams() {
      for (const end of [...openStreams]) end();
    },
    async stop() {
      for (const stop of stops) stop();
      backupProcesses.stop();
      network.stop();
      metrics.stop();
      live.stop();
      auth.stop();
      await recording.recordings.shutDown();
      await jobs.stop(JOBS_LIMIT_MS);
    },
  };
}

/** Where backups go besides the disk. */
function backupBucket(config: Config, secrets: Secrets, clock: Clock): BackupBucket | undefined {
  const settings = config.backup.toBucket ? s3Settings(config.recording.s3, secrets.s3) : undefined;
  return settings && { s3: createS3({ settings, clock }), prefix: `${settings.prefix}backups/` };
}

/** Who is in the room is out at once; that LiveKit has no such room is as good. */
async function endLiveRoom(livekit: LiveKitApi, live: Live, name: string): Promise<void> {
  if (live.room(name) === undefined) return;
  try {
    await livekit.deleteRoom(name);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'room_not_found')) throw error;
  }
}

function assertOpen(media: MediaServer, draining: boolean): void {
  if (draining) {
    throw new DomainError('server_draining', 'This server is about to stop and takes nobody new.', {
      fix: 'Try again in a minute.',
    });
  }
  requireMedia(media);
}

/** Where TURN relays from, by which relayed people are told from direct ones; nowhere without TURN of ours. */
function relayPlace({ node, media }: NetworkPlan): RelayPlace {
  const nodeIPs = [node.ip, node.ipv6].filter((ip) => ip !== null);
  return { nodeIPs: media?.turn ? nodeIPs : [], relayPorts: media?.turn?.relay ?? { from: 0, to: 0 } };
}
