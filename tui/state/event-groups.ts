import type { DidarEvent } from '../../src/modules/events/model.ts';

/** Which events are shown; all without one. */
export interface EventChoice {
  /** As it is named on the screen, after "only": `rooms`, `standup`. */
  readonly name: string;
  readonly includes: (event: DidarEvent) => boolean;
}

const TROUBLES: ReadonlySet<string> = new Set(['participant.failed', 'livekit.state', 'server.draining']);

function isFailedJob({ kind, data }: DidarEvent): boolean {
  return kind === 'job.changed' && (data.job as { state?: unknown } | undefined)?.state === 'failed';
}

function ofKinds(name: string, ...things: readonly string[]): EventChoice {
  return { name, includes: ({ kind }) => things.includes(kind.slice(0, kind.indexOf('.'))) };
}

/** The kinds of events by what they are about. */
export const EVENT_GROUPS: readonly EventChoice[] = [
  {
    name: 'troubles',
    includes: (event) => event.outcome !== 'done' || TROUBLES.has(event.kind) || isFailedJob(event),
  },
  ofKinds('people', 'participant', 'denial', 'invite'),
  ofKinds('rooms', 'room', 'member'),
  ofKinds('recordings', 'recording'),
  ofKinds('jobs, webhooks and backups', 'job', 'webhook', 'backup'),
  ofKinds('accounts', 'user', 'login', 'token', 'invitation', 'request'),
  ofKinds('the server', 'server', 'livekit'),
];

export function aboutRoom(room: string): EventChoice {
  return { name: room, includes: (event) => event.room === room };
}

export function aboutPerson(identity: string): EventChoice {
  return { name: identity, includes: (event) => event.identity === identity || event.actor === identity };
}

export function aboutRecording(id: string, room: string): EventChoice {
  const isIn = (value: unknown) => (value as { readonly id?: unknown } | null | undefined)?.id === id;
  return {
    name: `the recording of ${room}`,
    includes: ({ object, data }) => object === `recording:${id}` || isIn(data.recording),
  };
}

/** The choices that one event suggests: its kind, its room, its person, its object, who did it. */
export function choicesLike(event: DidarEvent): EventChoice[] {
  const { kind, room, identity, actor, object } = event;
  return [
    ...(room ? [aboutRoom(room)] : []),
    ...(identity ? [aboutPerson(identity)] : []),
    ...(object && object !== `room:${room}`
      ? [{ name: object, includes: (other: DidarEvent) => other.object === object }]
      : []),
    ...(actor ? [{ name: `what ${actor} did`, includes: (other: DidarEvent) => other.actor === actor }] : []),
    { name: kind, includes: (other) => other.kind === kind },
  ];
}
