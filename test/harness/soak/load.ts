import type { User } from '../../../src/modules/auth/model.ts';
import type { Recording } from '../../../src/modules/recordings/model.ts';
import type { Room } from '../../../src/modules/rooms/model.ts';
import { ACTIVE_STATES } from '../../../src/recording/states.ts';
import type { Didar } from '../didar.ts';
import type { ApiAnswer, ApiInit } from '../http.ts';
import type { Journal } from './journal.ts';

const PASSWORD = 'correct horse battery';
const PAUSE_MS = 25;
const LONGEST_RECORDING_MS = 2_000;
/** A password costs a tenth of a second of a core: few of them, or there would be nothing else. */
const SHARE_OF_ACCOUNTS = 0.05;

export interface LoadOptions {
  readonly didar: Didar;
  readonly journal: Journal;
  /** 0 to 1. */
  readonly random: () => number;
  /** Where people come and go, and are recorded. */
  readonly rooms: readonly string[];
}

/** Someone who asks for one thing after the other, whether there is a server or not. */
export interface Load {
  stop(): Promise<void>;
}

let serial = 0;

/** Makes, renames, deletes and joins rooms of its own, and makes accounts. */
export function changeRooms({ didar, journal, random }: Omit<LoadOptions, 'rooms'>): Load {
  const mine: string[] = [];
  const pick = () => mine[Math.floor(random() * mine.length)];

  async function create(): Promise<void> {
    const [name, title] = [`soak-${++serial}`, `Title ${serial}`];
    const made = await ask<Room>(didar, '/api/room', { json: { name, title, access: 'public' } });
    if (made?.status !== 201) return;
    journal.created(name, title);
    mine.push(name);
  }

  async function rename(room: string): Promise<void> {
    const title = `Title ${++serial}`;
    journal.renaming(room, title);
    const answer = await ask(didar, `/api/room/${room}`, { method: 'PATCH', json: { title } });
    if (answer?.status === 200) journal.renamed(room, title);
  }

  async function remove(room: string): Promise<void> {
    mine.splice(mine.indexOf(room), 1);
    journal.deleting(room);
    const answer = await ask(didar, `/api/room/${room}`, { method: 'DELETE' });
    if (answer !== undefined && answer.status < 300) journal.deleted(room);
  }

  async function account(): Promise<void> {
    const json = { email: `soak${++serial}@example.org`, name: 'Soak', role: 'user', password: PASSWORD };
    const made = await ask<User>(didar, '/api/user', { json });
    if (made?.status === 201) journal.account(made.body.id);
  }

  return repeat(async () => {
    const room = pick();
    const dice = random();
    if (room !== undefined && dice > 0.9) {
      const json = { room, name: 'Guest' };
      return void (await journal.during('join', () => ask(didar, '/api/room/join', { json })));
    }
    await journal.during('write', async () => {
      if (dice < SHARE_OF_ACCOUNTS) return account();
      if (room === undefined || dice < 0.4) return create();
      return dice < 0.75 ? rename(room) : remove(room);
    });
  });
}

/** Has the rooms recorded, and ends recordings that they or anybody began. */
export function recordRooms({ didar, journal, random, rooms }: LoadOptions): Load {
  return repeat(async () => {
    const room = rooms[Math.floor(random() * rooms.length)] ?? '';
    const started = await ask<Recording>(didar, `/api/room/${room}/recordings`, { json: {} });
    if (started?.status === 201) journal.recording(started.body.id);
    await Bun.sleep(random() * LONGEST_RECORDING_MS);
    const listed = await ask<{ items: Recording[] }>(didar, `/api/recording?room=${room}&limit=5`);
    for (const { id, state } of listed?.status === 200 ? listed.body.items : []) {
      if (ACTIVE_STATES.includes(state)) await ask(didar, `/api/recording/${id}/stop`, { json: {} });
    }
  });
}

/** The answer; undefined when there was none, as while the server is down. */
export async function ask<T>(didar: Didar, path: string, init?: ApiInit): Promise<ApiAnswer<T> | undefined> {
  return didar.local<T>(path, init).catch(() => undefined);
}

/** Does it again and again, until it is stopped. */
export function repeat(once: () => Promise<unknown>): Load {
  let on = true;
  const over = (async () => {
    while (on) {
      await once();
      await Bun.sleep(PAUSE_MS);
    }
  })();
  return {
    async stop() {
      on = false;
      await over;
    },
  };
}
