import type { DidarEvent } from '../../../src/modules/events/model.ts';
import type { Job } from '../../../src/modules/jobs/model.ts';
import type { Recording } from '../../../src/modules/recordings/model.ts';
import type { Room } from '../../../src/modules/rooms/model.ts';
import { DELIVER } from '../../../src/modules/webhooks/deliverer.ts';
import type { WebhookDelivery } from '../../../src/modules/webhooks/model.ts';
import { asAdmin, type Didar } from '../didar.ts';
import type { Journal } from './journal.ts';
import type { Receiver } from './receiver.ts';

/** Why a recording may end without a file: it was killed before there was anything to store. */
const NOTHING_THERE = ['nothing_recorded', 'recording_empty'];

/** All pages of a list. */
export async function everything<T>(didar: Didar, path: string): Promise<T[]> {
  const all: T[] = [];
  const sign = path.includes('?') ? '&' : '?';
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { items: T[]; next: string | null } = await asAdmin(
      didar,
      `${path}${sign}limit=500${cursor === '' ? '' : `&cursor=${cursor}`}`,
    );
    all.push(...page.items);
    cursor = page.next;
  }
  return all;
}

/** What was acknowledged and is not there. */
export async function lostOf(didar: Didar, journal: Journal): Promise<string[]> {
  const lost: string[] = [];
  for (const [name, { titles, mayBeGone }] of journal.rooms) {
    const { status, body } = await didar.local<Room>(`/api/room/${name}`);
    if (status === 404 && mayBeGone) continue;
    if (status !== 200 || !titles.includes(body.title ?? '')) lost.push(`${name}: ${status} ${body.title}`);
  }
  for (const name of journal.gone) {
    if ((await didar.local(`/api/room/${name}`)).status !== 404) lost.push(`${name} is back`);
  }
  const users = new Set((await everything<{ id: string }>(didar, '/api/user')).map(({ id }) => id));
  for (const id of journal.users) if (!users.has(id)) lost.push(id);
  const recordings = await everything<Recording>(didar, '/api/recording');
  const known = new Set(recordings.map(({ id }) => id));
  for (const id of journal.recordings) if (!known.has(id)) lost.push(id);
  for (const { id, state, cause } of recordings)
    if (state === 'failed' && !NOTHING_THERE.includes(cause?.code ?? ''))
      lost.push(`${id}: ${JSON.stringify(cause)}`);
  return lost;
}

/** What is wrong with what was told: an act that is no event, an event that did not arrive, a job not done once. */
export async function eventFaults(
  didar: Didar,
  journal: Journal,
  receiver: Receiver,
  webhook: string,
): Promise<string[]> {
  const faults: string[] =
    receiver.forged > 0 ? [`${receiver.forged} deliveries with a wrong signature`] : [];
  const events = await everything<DidarEvent>(didar, '/api/event?order=asc');
  const begun = events.findIndex(({ kind }) => kind === 'webhook.created');
  const arrived = new Set(receiver.arrivals.map(({ event }) => event));
  const wanted = events.slice(begun).filter(({ kind }) => !kind.startsWith('webhook.'));
  for (const { id, kind, object } of wanted)
    if (!arrived.has(id)) faults.push(`event ${id}, ${kind} of ${object}, did not arrive`);
  const ids = new Set(wanted.map(({ id }) => id));
  for (const { event, kind } of receiver.arrivals)
    if (!ids.has(event)) faults.push(`${kind} arrived and never happened`);
  const created = new Set(receiver.arrivals.filter(({ kind }) => kind === 'room.created').map((a) => a.room));
  for (const room of [...journal.rooms.keys(), ...journal.gone])
    if (!created.has(room)) faults.push(`that ${room} was made did not arrive`);

  const dead = await everything<WebhookDelivery>(didar, `/api/webhook/${webhook}/deliveries?state=dead`);
  for (const { kind, error } of dead) faults.push(`${kind} was given up: ${error?.message}`);

  // Of jobs that deliver only what somebody does to them is an event; what they did is what arrived.
  const changes = events
    .filter(({ kind }) => kind === 'job.changed')
    .map(({ data }) => data.job as Job)
    .filter(({ kind }) => kind !== DELIVER);
  for (const [id, states] of Map.groupBy(changes, (job) => job.id)) {
    const times = states.filter(({ state }) => state === 'done').length;
    if (times !== 1) faults.push(`job ${id} (${states[0]?.kind}) was done ${times} times`);
  }
  return faults;
}
