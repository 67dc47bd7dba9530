import type { MediaPacket } from './packet.ts';
import { unwrap } from './unwrap.ts';

/** How long a missing packet is waited for: LiveKit sends again what it still has, for about half a second. */
const WAIT_MS = 400;
/** A round trip to LiveKit on the same machine takes less; asking sooner would ask twice. */
const ASK_AGAIN_MS = 50;
/** So far ahead is no gap any more but another stream. */
const LARGEST_GAP = 3_000;

export interface InOrderOptions {
  readonly onPacket: (packet: MediaPacket) => void;
  /** So many packets never came; called before the packet that follows. */
  readonly onLost: (count: number) => void;
}

/**
 * Puts the packets of one stream in order: what overtook is held until the missing ones come, or were waited for long
 * enough. `wanted` tells which to ask the sender for again (RFC 4585, section 6.2.1).
 */
export class InOrder {
  readonly #unwrap = unwrap(16);
  readonly #held = new Map<number, MediaPacket>();
  /** Missing sequence numbers: since when, and when last asked for. */
  readonly #missing = new Map<number, { readonly since: number; asked: number }>();
  #next: number | undefined;

  constructor(private readonly options: InOrderOptions) {}

  get isWaiting(): boolean {
    return this.#missing.size > 0;
  }

  push(packet: MediaPacket, now: number): void {
    const sequence = this.#unwrap(packet.sequence);
    this.#next ??= sequence;
    if (sequence < this.#next) return; // a copy, or too late
    if (sequence - this.#next > LARGEST_GAP) this.#leap(sequence);
    this.#missing.delete(sequence);
    if (sequence > this.#next) {
      for (let i = this.#next; i < sequence; i++) {
        if (!this.#held.has(i) && !this.#missing.has(i))
          this.#missing.set(i, { since: now, asked: -Infinity });
      }
      this.#held.set(sequence, packet);
      return;
    }
    this.#next++;
    this.options.onPacket(packet);
    this.#drain();
  }

  /** The sequence numbers to ask for now, 16 bits each; gives up what was waited for too long. */
  wanted(now: number): number[] {
    while (this.#isOverdue(now)) this.#skip();
    const asked: number[] = [];
    for (const [sequence, wait] of this.#missing) {
      if (now - wait.asked < ASK_AGAIN_MS) continue;
      wait.asked = now;
      asked.push(sequence & 0xffff);
    }
    return asked;
  }

  /** Lets go what is held, with its gaps: the stream is over. */
  flush(): void {
    while (this.#held.size > 0) this.#skip();
  }

  #isOverdue(now: number): boolean {
    const wait = this.#next === undefined ? undefined : this.#missing.get(this.#next);
    return wait !== undefined && now - wait.since >= WAIT_MS;
  }

  #skip(): void {
    const from = this.#next ?? 0;
    let to = from;
    while (!this.#held.has(to)) this.#missing.delete(to++);
    this.#next = to;
    this.options.onLost(to - from);
    this.#drain();
  }

  #leap(sequence: number): void {
    this.flush();
    this.#missing.clear();
    this.options.onLost(sequence - (this.#next ?? sequence));
    this.#next = sequence;
  }

  #drain(): void {
    for (;;) {
      const next = this.#next ?? 0;
      const packet = this.#held.get(next);
      if (!packet) return;
      this.#held.delete(next);
      this.#next = next + 1;
      this.options.onPacket(packet);
    }
  }
}
