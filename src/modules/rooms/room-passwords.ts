import type { Clock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { hashSecret, newSecret } from '../../lib/ids.ts';
import { networkOf } from '../../lib/network-of.ts';
import { createRecentMap } from '../../lib/recent-map.ts';
import { createTokenBuckets } from '../../lib/token-bucket.ts';

/** Wrong ones of one address at one room, until it has to wait. */
const OF_ADDRESS = { burst: 5, refillMs: 10_000, maxKeys: 10_000 };
/** Wrong ones at one room: then who was wrong before waits, while an address's first try is always heard. */
const OF_ROOM = { burst: 50, refillMs: 2_000, maxKeys: 5_000 };
/** Right ones that are remembered, so that a class that comes at once costs one hash. */
const KEPT = 1_000;

export interface RoomPasswordsDeps {
  readonly clock: Clock;
  /** Whether a password is that of an argon2id hash. Throws `busy`. */
  readonly matches: (password: string, hash: string) => Promise<boolean>;
}

/** Checks passwords of rooms. Guessing is slowed down for each room and address; nobody else is kept out by it. */
export function createRoomPasswords({ clock, matches }: RoomPasswordsDeps) {
  const ofAddress = createTokenBuckets({ clock, ...OF_ADDRESS });
  const ofRoom = createTokenBuckets({ clock, ...OF_ROOM });
  const checks = createRecentMap<string, Promise<boolean>>(KEPT);
  // What is kept in memory tells nothing to who reads it there.
  const salt = newSecret();

  const keyOf = (password: string, hash: string) => hashSecret(`${salt} ${hash} ${password}`);

  function check(key: string, password: string, hash: string): Promise<boolean> {
    const checked = matches(password, hash);
    checks.set(key, checked);
    checked.then(
      (right) => !right && checks.delete(key),
      () => checks.delete(key),
    );
    return checked;
  }

  return {
    /** Throws `too_many_requests` when this address guessed too often, `busy` when too many are being checked. */
    async isRight(
      room: { readonly id: string; readonly passwordHash: string | null },
      password: string,
      address: string,
    ): Promise<boolean> {
      const { passwordHash: hash } = room;
      if (hash === null) return true;
      const key = keyOf(password, hash);
      const sender = `${room.id} ${networkOf(address)}`;
      const waitMs = Math.max(
        ofAddress.waitFor(sender),
        ofAddress.left(sender) < OF_ADDRESS.burst ? ofRoom.waitFor(room.id) : 0,
      );
      if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1000));
      const underWay = checks.get(key);
      if (underWay) return underWay;
      // Paid in advance: guesses that come all at once are no way round.
      ofAddress.take(sender);
      ofRoom.take(room.id);
      let wasGuess = false;
      try {
        const right = await check(key, password, hash);
        wasGuess = !right;
        return right;
      } finally {
        if (!wasGuess) {
          ofAddress.giveBack(sender);
          ofRoom.giveBack(room.id);
        }
      }
    },
  };
}

export type RoomPasswords = ReturnType<typeof createRoomPasswords>;

const tooMany = (retryAfter: number) =>
  new DomainError('too_many_requests', 'Too many wrong passwords for this room.', {
    fix: `Try again in ${retryAfter} s.`,
    details: { retryAfter },
  });
