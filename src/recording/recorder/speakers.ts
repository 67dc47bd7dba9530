import type { SpeakerInfo } from '@livekit/protocol';
import type { Clock } from '../../lib/clock.ts';

/** LiveKit looks every 400 ms who speaks; what changes in between waits for its turn. */
export const SPEAKERS_EVERY_MS = 250;

export interface SpeakersOptions {
  readonly clock: Clock;
  /** Who the stay with this id is of; undefined for who has left. */
  readonly identityOf: (sid: string) => string | undefined;
  /** Told at first, and when others speak than before: all who do now. */
  readonly onSpeakers: (identities: readonly string[]) => void;
}

/**
 * Who speaks, as LiveKit tells it to those who listen: whoever does already when we come, with the next change of their
 * loudness, which in a voice comes several times a second.
 */
export class Speakers {
  readonly #speaking = new Set<string>();
  #told: string | undefined;
  #pause: (() => void) | undefined;

  constructor(private readonly options: SpeakersOptions) {}

  /** A connection began: LiveKit tells everyone who speaks from now on. */
  begin(): void {
    this.#speaking.clear();
    this.#told = undefined;
    this.#tell();
  }

  /** Those who began to speak or ended, or speak louder or softer than before. */
  update(changed: readonly Pick<SpeakerInfo, 'sid' | 'active'>[]): void {
    for (const { sid, active } of changed) {
      if (active) this.#speaking.add(sid);
      else this.#speaking.delete(sid);
    }
    this.look();
  }

  /** Who has left does not speak any more. */
  look(): void {
    this.#pause ??= this.options.clock.after(SPEAKERS_EVERY_MS, () => {
      this.#pause = undefined;
      this.#tell();
    });
  }

  /** The connection is gone: nothing is known until the next begins. */
  end(): void {
    this.#pause?.();
    this.#pause = undefined;
  }

  #tell(): void {
    const { identityOf, onSpeakers } = this.options;
    const identities = [...this.#speaking].flatMap((sid) => identityOf(sid) ?? []).sort();
    const key = JSON.stringify(identities);
    if (key === this.#told) return;
    this.#told = key;
    onSpeakers(identities);
  }
}
