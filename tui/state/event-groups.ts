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

/** The choices that one event suggests: its room, its person, who did it. */
export function choicesLike(event: DidarEvent): EventChoice[] {
  const { room, identity, actor, object } = event;
  return [
    ...(room ? [{ name: room, includes: (other: DidarEvent) => other.room === room }] : []),
    ...(identity ? [{ name: identity, includes: (other: DidarEvent) => other.identity === identity }] : []),
    ...(object && object !== `room:${room}`
      ? [{ name: object, includes: (other: DidarEvent) => other.object === object }]
      : []),
    ...(actor ? [{ name: `what ${actor} did`, includes: (other: DidarEvent) => other.actor === actor }] : []),
  ];
}
