import { DomainError } from '../lib/errors.ts';
import { type Asking, ask, refusal } from './http.ts';

/** Where to connect, and the token that lets in. */
export interface Ticket {
  readonly url: string;
  readonly token: string;
  readonly identity: string;
  /** Whether data may be sent in this room. */
  readonly data: boolean;
}

/** The two people whom a probe sends into a room: one asks, the other one echoes. */
export type Who = 'asking' | 'echoing';

export interface Tickets {
  readonly room: string;
  /** @throws DomainError `refused` with the server's words, `http_failed` */
  take(who: Who): Promise<Ticket>;
  /** Removes a room that was made for the probe. */
  close(): Promise<void>;
}

export interface TicketOptions {
  readonly url: URL;
  readonly asking: Asking;
  /** An API token of the server. */
  readonly token?: string;
  /** Without one, the token makes a room for the probe alone. */
  readonly room?: string;
}

const NAMES: Readonly<Record<Who, string>> = { asking: 'Connection test', echoing: 'Connection test (echo)' };

/**
 * Gets in as guests do: by `POST /api/room/join`. Whoever joins again is the same guest as before.
 *
 * @throws DomainError `refused` when the token may not make a room
 */
export async function openTickets({ url, asking, token, room }: TicketOptions): Promise<Tickets> {
  const guests = new Map<Who, string>();
  const credentials = { ...asking, ...(token !== undefined && { token }) };
  const own = room === undefined ? await createRoom() : undefined;
  const name = room ?? own ?? '';

  async function createRoom(): Promise<string> {
    const answer = await ask(new URL('/api/room', url), {
      ...credentials,
      json: { title: 'Connection test' },
    });
    if (answer.status !== 201 || typeof answer.body?.name !== 'string')
      throw refusal(answer, 'No room for the probe');
    return answer.body.name;
  }

  return {
    room: name,
    async take(who) {
      const guest = guests.get(who);
      const json = { room: name, name: NAMES[who], ...(guest !== undefined && { guest }) };
      const answer = await ask(new URL('/api/room/join', url), { ...credentials, json });
      if (answer.status === 202) throw hasToWait(name);
      if (answer.status !== 200) throw refusal(answer, `Joining "${name}"`);
      const { body } = answer;
      if (typeof body?.guest === 'string') guests.set(who, body.guest);
      if (typeof body?.url !== 'string' || typeof body.token !== 'string') throw unknownAnswer();
      const permissions = (body.permissions ?? {}) as { data?: boolean; subscribe?: boolean };
      return {
        url: body.url,
        token: body.token,
        identity: String(body.identity),
        data: permissions.data === true && permissions.subscribe === true,
      };
    },
    async close() {
      if (own === undefined) return;
      await ask(new URL(`/api/room/${own}`, url), { ...credentials, method: 'DELETE' });
    },
  };
}

function hasToWait(room: string): DomainError {
  return new DomainError('refused', `A moderator has to let the probe into "${room}".`, {
    fix: 'Give another room, or a token with the scope moderate, which need not wait.',
  });
}

function unknownAnswer(): DomainError {
  return new DomainError('refused', 'The join was answered in a way that is not known here.', {
    fix: 'Use the same version of didar here and at the server.',
  });
}
