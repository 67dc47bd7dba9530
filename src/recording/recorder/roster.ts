import {
  Encryption_Type,
  TrackSource as LiveKitSource,
  type ParticipantInfo,
  ParticipantInfo_Kind,
  ParticipantInfo_State,
  type TrackInfo,
} from '@livekit/protocol';
import type { Clock } from '../../lib/clock.ts';
import type { ManifestLine, Source } from '../manifest/manifest.ts';
import type { Publication } from './track-run.ts';

const SOURCES: Readonly<Partial<Record<LiveKitSource, Source>>> = {
  [LiveKitSource.MICROPHONE]: 'microphone',
  [LiveKitSource.CAMERA]: 'camera',
  [LiveKitSource.SCREEN_SHARE]: 'screen_share',
  [LiveKitSource.SCREEN_SHARE_AUDIO]: 'screen_share_audio',
};

export interface RosterOptions {
  readonly clock: Clock;
  readonly note: (line: ManifestLine) => void;
}

interface Person {
  /** Of this stay; who leaves and comes back has another. */
  readonly sid: string;
  readonly tracks: readonly TrackInfo[];
}

/** Who is in the room and publishes what, as LiveKit tells; it notes every change. Lives on over reconnects. */
export class Roster {
  readonly #people = new Map<string, Person>();
  readonly #muted = new Set<string>();
  #own = '';

  constructor(private readonly options: RosterOptions) {}

  get size(): number {
    return this.#people.size;
  }

  /** Everyone who is there at a (re)connect: who is not among them has left. */
  replace(own: string, people: readonly ParticipantInfo[]): void {
    this.#own = own;
    const here = new Set(people.filter(isHere).map(({ identity }) => identity));
    for (const identity of [...this.#people.keys()]) if (!here.has(identity)) this.#leave(identity);
    this.update(people);
  }

  /** Those who changed. */
  update(people: readonly ParticipantInfo[]): void {
    for (const person of people) {
      if (person.identity === this.#own || person.kind === ParticipantInfo_Kind.EGRESS) continue;
      if (isHere(person)) this.#enter(person);
      // the end of an earlier stay may be told after the begin of the next
      else if (this.#people.get(person.identity)?.sid === person.sid) this.#leave(person.identity);
    }
  }

  /** Who the stay with this id is of; undefined for who has left. */
  identityOf(sid: string): string | undefined {
    for (const [identity, person] of this.#people) if (person.sid === sid) return identity;
    return undefined;
  }

  /** The published track with this id; undefined while LiveKit has not told of it. */
  publication(sid: string): Publication | undefined {
    for (const [identity, { tracks }] of this.#people) {
      const track = tracks.find((each) => each.sid === sid);
      if (!track) continue;
      const { width, height } = track;
      return { sid, identity, source: SOURCES[track.source] ?? 'unknown', width, height };
    }
    return undefined;
  }

  /** Whether someone publishes what only the people in the room can decode. */
  get isEncrypted(): boolean {
    return [...this.#people.values()].some(({ tracks }) =>
      tracks.some(({ encryption }) => encryption !== Encryption_Type.NONE),
    );
  }

  #enter({ identity, name, sid, tracks }: ParticipantInfo): void {
    const { clock, note } = this.options;
    const before = this.#people.get(identity);
    if (before && before.sid !== sid) this.#leave(identity);
    if (before?.sid !== sid) note({ type: 'joined', at: clock.now(), identity, name });
    this.#people.set(identity, { sid, tracks });
    for (const track of tracks) this.#noteMuted(track.sid, track.muted);
  }

  #leave(identity: string): void {
    const { clock, note } = this.options;
    for (const { sid } of this.#people.get(identity)?.tracks ?? []) this.#muted.delete(sid);
    this.#people.delete(identity);
    note({ type: 'left', at: clock.now(), identity });
  }

  #noteMuted(sid: string, isMuted: boolean): void {
    if (isMuted === this.#muted.has(sid)) return;
    if (isMuted) this.#muted.add(sid);
    else this.#muted.delete(sid);
    this.options.note({ type: isMuted ? 'muted' : 'unmuted', at: this.options.clock.now(), sid });
  }
}

function isHere({ state }: ParticipantInfo): boolean {
  return state !== ParticipantInfo_State.DISCONNECTED;
}
