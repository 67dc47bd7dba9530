import type { Config, Secrets } from '../config/config.ts';
import type { Database } from '../db/open.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import { toTimestamp } from '../lib/schema.ts';
import type { Tracer } from '../lib/tracing/tracer.ts';
import type { LiveKitApi } from '../livekit/api/livekit-api.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import { signJoinToken, verifyJoinToken } from '../livekit/tokens/join-token.ts';
import type { Auth } from '../modules/auth/auth.ts';
import { createPasswords } from '../modules/auth/passwords.ts';
import { createSignedTokens } from '../modules/auth/signed-tokens.ts';
import { createDenials } from '../modules/denials/denials.ts';
import { createGrants } from '../modules/denials/grants.ts';
import type { Events } from '../modules/events/service.ts';
import { createInvites } from '../modules/invites/invites.ts';
import { createInviteRepo } from '../modules/invites/repo.ts';
import { createLive, type Live, type LiveDeps } from '../modules/live/live.ts';
import type { Speaking } from '../modules/live/speaking.ts';
import { createAddresses } from '../modules/participants/addresses.ts';
import { createEnforcement } from '../modules/participants/enforcement.ts';
import { createEntitlements } from '../modules/participants/entitlement.ts';
import { createGate } from '../modules/participants/gate.ts';
import { createLoginMarks } from '../modules/participants/login-marks.ts';
import { createParticipants } from '../modules/participants/participants.ts';
import { createPutOut } from '../modules/participants/put-out.ts';
import type { Recordings } from '../modules/recordings/recordings.ts';
import { createJoin } from '../modules/rooms/join.ts';
import { createMembers } from '../modules/rooms/members.ts';
import { createRoomRepo } from '../modules/rooms/repo.ts';
import { createRoomPasswords } from '../modules/rooms/room-passwords.ts';
import { createRooms } from '../modules/rooms/service.ts';
import { createStandings } from '../modules/rooms/standing.ts';
import { createAdmissions } from '../modules/waiting/admissions.ts';
import { createAdmissionRepo } from '../modules/waiting/repo.ts';
import { createTickets } from '../modules/waiting/tickets.ts';
import { createWaitingRoom } from '../modules/waiting/waiting-room.ts';
import type { PublicUrls } from './public-url.ts';
import { requireMedia } from './require-media.ts';

export interface PeopleServicesDeps {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly db: Database;
  readonly events: Events;
  readonly auth: Auth;
  readonly livekit: LiveKitApi;
  readonly media: MediaServer;
  readonly urls: PublicUrls;
  readonly clock: Clock;
  readonly log: Logger;
  readonly tracer: Tracer;
  readonly draining: () => boolean;
  /** Ends the signalling connections of an identity in a room. */
  readonly drop: (room: string, identity: string) => void;
  /** Why a participant could not connect. */
  readonly causeOf: LiveDeps['causeOf'];
  readonly speaking: Speaking;
  /** The recording that a room has just now. */
  readonly recordingIn: Recordings['activeIn'];
}

/** Rooms and who is in them, put together: who may come in and how, who is there, and who has to go. */
export function peopleServices(deps: PeopleServicesDeps) {
  const { config, secrets, db, events, auth, livekit, media, urls, clock, log, draining, drop } = deps;
  const key = { apiKey: secrets.livekitApiKey, apiSecret: secrets.livekitApiSecret };
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
    causeOf: deps.causeOf,
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
      const current = deps.recordingIn(name);
      return current ? { ...current, startedAt: toTimestamp(current.startedAt) } : null;
    },
  });
  const participants = createParticipants({
    live,
    speaking: deps.speaking,
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
    isRecorded: (name) => deps.recordingIn(name) !== undefined,
    consent: config.recording.consent,
    assertOpen: () => assertOpen(media, draining()),
    urlFor: urls.signalling,
    tracer: deps.tracer,
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

  return {
    live,
    rooms,
    members,
    invites,
    participants,
    waiting,
    denials,
    enforcement,
    join,
    sign,
    gate,
    /** Rooms whose own timeouts keep them long after everybody left. */
    lingeringRooms: repo.lingering,
  };
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
