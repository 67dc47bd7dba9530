import { DomainError } from '../../lib/errors.ts';

export interface Passwords {
  /** argon2id in PHC form. Throws `busy` when too many are waiting. */
  hash(password: string): Promise<string>;
  /**
   * Whether the password is the one of `hash`. With no hash (an unknown account) it takes as long and answers false.
   * Throws `busy` when too many are waiting.
   */
  matches(password: string, hash: string | null | undefined): Promise<boolean>;
}

/** OWASP's floor: 19 MiB and two passes, about 50 ms of one core. */
const ARGON2ID = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const;
/** Made with the same costs, of a password that nobody knows. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$44Sqe1WXfz97Vf9y0QULwCnNx+dtnvi3hUSr6ee0E2o$D5lB5WPNVsE8NysafXsNUwF6rS9LXmA2xzE/4TY/3mk';
const AT_ONCE = 2;
const MAX_WAITING = 16;
const RETRY_AFTER_S = 2;

/** Hashing runs off the event loop, at most two at once and the rest in a short queue: a flood of logins costs no call. */
export function createPasswords(): Passwords {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function inTurn<T>(run: () => Promise<T>): Promise<T> {
    if (running < AT_ONCE) running += 1;
    else {
      if (waiting.length >= MAX_WAITING) throw busy();
      // Whoever ends hands its place over, so that nobody slips in between.
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  }

  return {
    hash: (password) => inTurn(() => Bun.password.hash(password, ARGON2ID)),
    matches: (password, hash) =>
      inTurn(async () => {
        const same = await Bun.password.verify(password, hash ?? NOBODYS);
        return same && typeof hash === 'string';
      }),
  };
}

const busy = () =>
  new DomainError('busy', 'Too many logins at this moment.', {
    fix: `Try again in ${RETRY_AFTER_S} s.`,
    details: { retryAfter: RETRY_AFTER_S },
  });
