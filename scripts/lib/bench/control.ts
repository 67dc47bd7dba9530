import type { Permissions } from '../../../src/access/permissions.ts';
import { asAdmin, type Didar, startDidar } from '../../../test/harness/didar.ts';
import { type Attendee, attend, createRoom } from '../../../test/harness/people.ts';
import { within } from '../../../test/harness/within.ts';
import { median, quantile, type Row } from './row.ts';

const EFFECT_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 5;
const PEOPLE = 5;

/**
 * From the request that changes what someone may do to the moment their client knows, over a real connection: of one
 * person, and of everyone in the room until the last of them knows.
 */
export async function benchControl(changes: number): Promise<Row[]> {
  const didar = await startDidar({ config: { log: { level: 'warn' } } });
  const people: Attendee[] = [];
  try {
    const room = await createRoom(didar);
    for (let i = 0; i < PEOPLE; i++) people.push(await attend(didar, room.name));
    const one = await timesOf(changes, people.slice(0, 1), (publish) =>
      patch(didar, `/api/room/${room.name}/participants/${people[0]?.identity}`, {
        permissions: { publish },
      }),
    );
    await asAdmin(didar, `/api/room/${room.name}/participants/${people[0]?.identity}`, {
      method: 'PATCH',
      json: { permissions: { publish: [...room.permissions.publish] } },
    });
    const all = await timesOf(changes, people, (publish) =>
      patch(didar, `/api/room/${room.name}`, { permissions: { publish } }),
    );
    return [
      rowOf('permissions of one person, p95', one),
      rowOf(`permissions of a room with ${PEOPLE} people, p95`, all),
    ];
  } finally {
    await Promise.all(people.map(({ client }) => client.close()));
    await didar.cleanUp();
  }
}

const patch = (didar: Didar, path: string, json: unknown) => asAdmin(didar, path, { method: 'PATCH', json });

/** Milliseconds of each change until everyone has it. */
async function timesOf(
  changes: number,
  people: readonly Attendee[],
  change: (publish: Permissions['publish']) => Promise<unknown>,
): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < changes; i++) {
    const publish = i % 2 === 0 ? (['camera'] as const) : (['microphone', 'camera'] as const);
    const due = publish.join();
    const started = performance.now();
    await Promise.all([
      change(publish),
      ...people.map(({ client, identity }) =>
        within(
          EFFECT_LIMIT_MS,
          () => inOrder(client.state.permissions?.sources) === inOrder(due.split(',')),
          `${identity} to be told ${due}`,
          LOOK_EVERY_MS,
        ),
      ),
    ]);
    times.push(performance.now() - started);
  }
  return times;
}

const inOrder = (sources: readonly string[] | undefined) => [...(sources ?? [])].sort().join();

function rowOf(what: string, times: readonly number[]): Row {
  return {
    what,
    unit: 'ms',
    ours: quantile(times, 0.95),
    goal: { atMost: 500 },
    note: `request to effect at a real client, ${times.length} changes; median ${median(times).toFixed(0)} ms`,
  };
}
