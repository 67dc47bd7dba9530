import { rmSync } from 'node:fs';
import type { Me } from '../../src/modules/auth/model.ts';
import type { Finding } from '../../src/modules/doctor/model.ts';
import type { DidarEvent, EventKind } from '../../src/modules/events/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { LiveParticipant, Participant } from '../../src/modules/participants/model.ts';
import type { Recording } from '../../src/modules/recordings/model.ts';
import type { Denial, Room } from '../../src/modules/rooms/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import type { Usage } from '../../src/modules/usage/model.ts';
import type { Waiting } from '../../src/modules/waiting/model.ts';
import type { WebhookEndpoint } from '../../src/modules/webhooks/model.ts';
import { type FakeBackgroundOptions, fakeBackground } from './fake-background.ts';
import { fakeDenial, fakeRecording, fakeRoom, fakeSystem } from './fake-world.ts';

export interface FakeServerOptions extends FakeBackgroundOptions {
  readonly socket: string;
  readonly rooms?: readonly Room[];
  readonly participants?: readonly LiveParticipant[];
  readonly system?: System;
  readonly me?: Me;
  readonly log?: readonly string[];
  /** Without it the server is one of a version that doesn't tell. */
  readonly network?: NetworkHealth;
  readonly usage?: Usage;
  readonly findings?: readonly Finding[];
  readonly recordings?: readonly Recording[];
  readonly waiting?: readonly Waiting[];
}

/** A server that speaks the dashboard's routes over a unix socket and does at once what it is told. */
export interface FakeServer {
  /** What it was asked to change, as `POST /api/room/…` with its body. */
  readonly asked: { readonly call: string; readonly body: unknown }[];
  /** The next write is refused with this problem. */
  refuseNext(status: number, problem: { code: string; detail: string; fix?: string }): void;
  tell(kind: EventKind, event: Partial<DidarEvent>): void;
  put(participant: Participant, kind?: EventKind): void;
  putRoom(room: Room, kind?: EventKind): void;
  putJob(job: Job): void;
  putWebhook(webhook: WebhookEndpoint): void;
  remove(participant: Participant, kind?: EventKind): void;
  /** Ends it with every stream; the socket file goes too. */
  stop(): Promise<void>;
}

export function startFakeServer(options: FakeServerOptions): FakeServer {
  const rooms = new Map((options.rooms ?? []).map((room) => [room.name, room]));
  const people = new Map<string, Participant>(
    (options.participants ?? []).map((p) => [`${p.room}/${p.identity}`, p]),
  );
  const recordings = new Map((options.recordings ?? []).map((recording) => [recording.id, recording]));
  const waiting = new Map((options.waiting ?? []).map((each) => [`${each.room}/${each.identity}`, each]));
  const denials = new Map<string, Denial>();
  const events: DidarEvent[] = [];
  const streams = new Set<ReadableStreamDefaultController<Uint8Array>>();
  const asked: { call: string; body: unknown }[] = [];
  const encoder = new TextEncoder();
  let refusal: Response | undefined;
  let nextId = 1;

  const frame = (name: string, data: unknown, id?: number) =>
    encoder.encode(`${id ? `id: ${id}\n` : ''}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);

  function tell(kind: EventKind, event: Partial<DidarEvent>): void {
    const stored = kind !== 'livekit.log' && kind !== 'speaking.changed';
    const made: DidarEvent = {
      id: stored ? nextId++ : 0,
      kind,
      at: new Date().toISOString(),
      actor: 'local',
      room: null,
      object: null,
      outcome: 'done',
      identity: null,
      data: {},
      ...event,
    };
    if (stored) events.push(made);
    for (const stream of streams) stream.enqueue(frame(kind, made, made.id));
  }
  const about = (participant: Participant) => ({
    room: participant.room,
    identity: participant.identity,
    data: { participant },
  });
  function put(participant: Participant, kind: EventKind = 'participant.changed'): void {
    people.set(`${participant.room}/${participant.identity}`, participant);
    tell(kind, about(participant));
  }
  function remove(participant: Participant, kind: EventKind = 'participant.left'): void {
    people.delete(`${participant.room}/${participant.identity}`);
    tell(kind, about(participant));
  }
  function putRoom(room: Room, kind: EventKind = 'room.changed'): void {
    rooms.set(room.name, room);
    tell(kind, { room: room.name, data: { room } });
  }

  function stream(): Response {
    let mine: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        mine = controller;
        streams.add(controller);
        controller.enqueue(frame('hello', { lastEventId: nextId - 1 }));
      },
      cancel: () => void streams.delete(mine),
    });
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
  }

  function putRecording(recording: Recording): Response {
    recordings.set(recording.id, recording);
    tell('recording.changed', { room: recording.room, data: { recording } });
    return Response.json(recording);
  }
  const record = (room: string) => putRecording(fakeRecording(room, { id: 'rec_new', state: 'recording' }));
  function stopRecording(id: string): Response {
    const recording = recordings.get(id);
    if (!recording)
      return problem(404, { code: 'recording_not_found', detail: `there is no recording ${id}` });
    return putRecording({ ...recording, state: 'composing', progress: 0.4 });
  }

  function decide(
    room: string,
    identity: string,
    kind: 'participant.admitted' | 'participant.refused',
  ): Response {
    const someone = waiting.get(`${room}/${identity}`);
    if (!someone) return problem(404, { code: 'not_waiting', detail: `${identity} does not wait` });
    waiting.delete(`${room}/${identity}`);
    tell(kind, { room, identity, data: { waiting: someone } });
    return Response.json(someone);
  }

  function act(room: string, identity: string, action: string, body: Record<string, unknown>): Response {
    if (action === 'admit') return decide(room, identity, 'participant.admitted');
    if (action === 'refuse') return decide(room, identity, 'participant.refused');
    const person = people.get(`${room}/${identity}`);
    if (!person)
      return problem(404, { code: 'participant_not_found', detail: `${identity} is not in ${room}` });
    const muted = (on: boolean) =>
      person.tracks.map((track) => (track.source === 'microphone' ? { ...track, muted: on } : track));
    if (action === 'kick' || action === 'ban') {
      const id = `d_${room}_${identity}`;
      denials.set(id, fakeDenial(id, identity, { kind: action, name: person.name }));
      remove(person, action === 'kick' ? 'participant.kicked' : 'participant.banned');
    }
    if (action === 'mute')
      put({ ...person, tracks: muted(true), micLocked: body.lock === true }, 'participant.muted');
    if (action === 'unmute')
      put({ ...person, tracks: muted(false), micLocked: false }, 'participant.unmuted');
    return Response.json({ identity, state: 'done', participant: person });
  }

  function silence(name: string, silent: boolean): Response {
    const lowered = silent ? { publish: [], subscribe: true, data: true, except: [] } : null;
    const room = { ...(rooms.get(name) ?? fakeRoom(name)), lowered };
    putRoom(room, silent ? 'room.muted' : 'room.unmuted');
    return Response.json({ identities: [], room });
  }

  const background = fakeBackground(options, (kind, data) => tell(kind, { data }));

  // Bun ends a stream that is quiet for ten seconds.
  const heartbeat = setInterval(() => {
    for (const one of streams) one.enqueue(encoder.encode(': still here\n\n'));
  }, 5_000);
  const server = Bun.serve({
    unix: options.socket,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const [, , thing, name = '', , identity = '', action = ''] = pathname
        .split('/')
        .map(decodeURIComponent);
      if (pathname === '/api/system/doctor' && options.findings)
        return Response.json({ findings: options.findings });
      if (pathname === '/api/system/network' && options.network) return Response.json(options.network);
      if (pathname === '/api/system/usage' && options.usage) return Response.json(options.usage);
      if (/^.api.system.(doctor|network|usage)$/.test(pathname))
        return problem(404, { code: 'not_found', detail: 'no such route' });
      if (thing === 'recording' && !options.recordings)
        return problem(404, { code: 'not_found', detail: 'no such route' });
      if (request.method !== 'GET') {
        const body = (await request.json().catch(() => ({}))) as Record<string, unknown>;
        asked.push({ call: `${request.method} ${pathname}`, body });
        const refused = refusal;
        refusal = undefined;
        if (refused) return refused;
        const done = background.answer(request.method, new URL(request.url), body);
        if (done) return done;
        if (pathname.endsWith('/recordings')) return record(name);
        if (pathname.includes('/denials/')) {
          denials.delete(identity);
          return Response.json({});
        }
        if (thing === 'recording') return stopRecording(name);
        if (pathname.endsWith('/invites'))
          return Response.json({ link: `https://meet.example.org/room/${name}#invite=secret` });
        if (/^.api.room.[^/]+.(mute|unmute)$/.test(pathname))
          return silence(name, pathname.endsWith('/mute'));
        if (action) return act(name, identity, action, body);
        if (identity) {
          const person = people.get(`${name}/${identity}`);
          if (person)
            put({ ...person, permissions: { ...person.permissions, ...(body.permissions as object) } });
          return Response.json({});
        }
        const before = rooms.get(name) ?? fakeRoom(String(body.name ?? 'abcd-efgh-ijk'));
        const room = { ...before, ...body } as Room;
        putRoom(room, name ? 'room.changed' : 'room.created');
        return Response.json(room);
      }
      const told = background.answer('GET', new URL(request.url), {});
      if (told) return told;
      if (pathname === '/api/event/stream') return stream();
      if (pathname === '/api/auth/me')
        return Response.json(options.me ?? { kind: 'local', user: null, scopes: [] });
      if (pathname === '/api/auth/setup') return Response.json({ needed: false, code: null });
      if (pathname === '/api/system/log') return Response.json({ lines: options.log ?? [] });
      if (pathname === '/api/system') return Response.json(options.system ?? fakeSystem());
      const from = Number(searchParams.get('cursor') ?? 0);
      const limit = Number(searchParams.get('limit') ?? 100);
      const all: unknown[] = pathname.endsWith('/denials')
        ? [...denials.values()]
        : /.(invites|members)$/.test(pathname) ||
            (pathname.endsWith('/waiting') && searchParams.get('state') === 'refused')
          ? []
          : thing === 'recording'
            ? [...recordings.values()]
            : thing === 'room'
              ? [...rooms.values()]
              : thing === 'waiting'
                ? [...waiting.values()]
                : thing === 'participant'
                  ? [...people.values()]
                  : events.toReversed().filter(({ room }) => room === (searchParams.get('room') ?? room));
      const next = from + limit < all.length ? String(from + limit) : null;
      return Response.json({ items: all.slice(from, from + limit), next });
    },
  });

  return {
    asked,
    refuseNext(status, document) {
      refusal = problem(status, document);
    },
    tell,
    put,
    putRoom,
    putJob: background.putJob,
    putWebhook: background.putWebhook,
    remove,
    async stop() {
      clearInterval(heartbeat);
      for (const controller of streams) controller.close();
      streams.clear();
      await server.stop(true);
      rmSync(options.socket, { force: true });
    },
  };
}

function problem(status: number, document: { code: string; detail: string; fix?: string }): Response {
  return Response.json({ type: 'about:blank', title: 'Refused', status, ...document }, { status });
}
