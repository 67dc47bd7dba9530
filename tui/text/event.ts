import type { DidarEvent } from '../../src/modules/events/model.ts';
import type { Job } from '../../src/modules/jobs/model.ts';
import type { Participant } from '../../src/modules/participants/model.ts';
import { clean } from './clean.ts';
import { jobKind, jobState } from './job.ts';

const SENTENCES: Readonly<
  Partial<Record<DidarEvent['kind'], (who: string, room: string, e: DidarEvent) => string>>
> = {
  'server.started': () => 'the server started',
  'server.draining': () => 'the server is stopping and lets nobody new in',
  'log.changed': (_who, _room, e) => `the log level is ${levelOf(e.data.after)}`,
  'livekit.state': (_who, _room, e) => `livekit is ${stateOf(e.data.livekit)}`,
  'user.created': (_who, _room, e) => `user ${named(e.data.user)} was made`,
  'user.changed': (_who, _room, e) => `user ${named(e.data.user)} was changed`,
  'user.deleted': (_who, _room, e) => `user ${named(e.data.user)} was deleted`,
  'user.reset': (_who, _room, e) => `a link to set a new password was made for ${named(e.data.user)}`,
  'user.linked': (_who, _room, e) => `${named(e.data.user)} signs in at the OpenID provider from now on`,
  'invitation.created': () => 'an invitation to make an account was made',
  'invitation.used': (_who, _room, e) => `${named(e.data.user)} made an account by invitation`,
  'invitation.revoked': () => 'an invitation to make an account was taken back',
  'login.created': () => 'somebody logged in',
  'login.revoked': () => 'a login was ended',
  'token.created': (_who, _room, e) => `API token ${named(e.data.token)} was made`,
  'token.revoked': (_who, _room, e) => `API token ${named(e.data.token)} was revoked`,
  'room.created': (_who, room) => `${room} was made`,
  'room.changed': (_who, room) => `${room} was changed`,
  'room.deleted': (_who, room) => `${room} was deleted`,
  'room.muted': (_who, room) => `everyone in ${room} was muted`,
  'room.unmuted': (_who, room) => `everyone in ${room} may speak again`,
  'room.lowered': (_who, room) => `everyone in ${room} may do less`,
  'room.restored': (_who, room) => `everyone in ${room} may do as much as before`,
  'room.started': (_who, room) => `the meeting in ${room} started`,
  'room.finished': (_who, room) => `the meeting in ${room} ended`,
  'member.changed': (_who, room) => `the members of ${room} changed`,
  'speaking.changed': (_who, room) => `others speak in ${room} than before`,
  'participant.joined': (who, room) => `${who} joined ${room}`,
  'participant.changed': (who, room, e) => `${who} in ${room}: ${publishing(e.data.participant)}`,
  'participant.left': (who, room) => `${who} left ${room}`,
  'participant.failed': (who, room, e) => `${who} could not connect to ${room}${because(e)}`,
  'participant.kicked': (who, room) => `${who} was kicked from ${room}`,
  'participant.banned': (who, room) => `${who} was banned from ${room}`,
  'participant.muted': (who, room) => `${who} was muted in ${room}`,
  'participant.unmuted': (who, room) => `${who} was unmuted in ${room}`,
  'participant.permissions': (who, room) => `${who} got other permissions in ${room}`,
  'participant.waiting': (who, room) => `${who} waits to be let into ${room}`,
  'participant.admitted': (who, room) => `${who} was let into ${room}`,
  'participant.refused': (who, room) => `${who} was not let into ${room}`,
  'participant.withdrew': (who, room) => `${who} no longer waits to be let into ${room}`,
  'invite.created': (_who, room) => `an invitation to ${room} was made`,
  'invite.used': (who, room) => `${who} came to ${room} by an invitation`,
  'invite.revoked': (_who, room) => `an invitation to ${room} was revoked`,
  'recording.changed': (_who, room, e) => `the recording of ${room} is ${stateOf(e.data.recording)}`,
  'recording.deleted': (_who, room) => `a recording of ${room} was deleted`,
  'recording.downloaded': (_who, room) => `a recording of ${room} was downloaded`,
  'denial.created': (who, room) => `${who} is kept out of ${room}`,
  'denial.lifted': (who, room) => `${who} may enter ${room} again`,
  'job.changed': (_who, _room, e) => jobSentence(e.data.job),
  'backup.created': () => 'a backup was made and downloaded',
  'webhook.created': (_who, _room, e) => `webhook ${named(e.data.webhook)} was made`,
  'webhook.changed': (_who, _room, e) => `webhook ${named(e.data.webhook)} ${webhookBecame(e)}`,
  'webhook.deleted': (_who, _room, e) => `webhook ${named(e.data.webhook)} was deleted`,
  'webhook.redelivered': (_who, _room, e) =>
    `${String(e.data.deliveries)} deliveries to webhook ${named(e.data.webhook)} go out again`,
  'webhook.failed': (_who, _room, e) =>
    `${String(e.data.about)} could not be delivered to webhook ${named(e.data.webhook)}`,
  'request.refused': (_who, _room, e) => `${refused(e)} by ${e.actor ?? 'someone'}: ${String(e.data.code)}`,
};

/** An event as the sentence that an operator reads; one of an unknown kind by its kind. */
export function describeEvent(event: DidarEvent): string {
  const sentence = SENTENCES[event.kind];
  const who =
    named(event.data.participant) ||
    named(event.data.waiting) ||
    word(event.data.name) ||
    event.identity ||
    'somebody';
  return clean(sentence?.(who, event.room ?? 'a room', event) ?? event.kind);
}

/** The name of an object that an event carries. */
function named(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { name, email, identity } = value as Record<string, unknown>;
  return word(name) || word(email) || word(identity);
}

function refused({ outcome, data }: DidarEvent): string {
  return `${String(data.method)} ${String(data.path)} ${outcome === 'failed' ? 'failed' : 'was refused'}, asked`;
}

function levelOf(value: unknown): string {
  return word((value as { level?: unknown } | null)?.level);
}

function stateOf(value: unknown): string {
  const { state } = (value ?? {}) as { state?: unknown };
  return word(state) || 'changing';
}

/** The server changes one only to switch it off. */
function webhookBecame({ actor }: DidarEvent): string {
  return actor === 'server' ? 'was switched off: its receiver says that it is gone' : 'was changed';
}

function jobSentence(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'a job changed';
  const job = value as Job;
  return `job to ${jobKind(job.kind)}: ${jobState(job)}${job.error ? `: ${job.error.message}` : ''}`;
}

/** What a participant sends: all that changes while somebody is there. */
function publishing(value: unknown): string {
  const { tracks = [], state } = (value ?? {}) as Partial<Participant>;
  if (state === 'reconnecting') return 'lost the connection, trying again';
  const said = tracks.map(({ source, muted }) => `${source.replaceAll('_', ' ')} ${muted ? 'muted' : 'on'}`);
  return said.join(', ') || 'publishes nothing';
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function because(event: DidarEvent): string {
  const reason = word(event.data.cause) || word(event.data.reason);
  return reason === '' ? '' : `: ${reason}`;
}
