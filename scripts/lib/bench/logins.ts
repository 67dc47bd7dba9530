import { type Didar, startDidar } from '../../../test/harness/didar.ts';
import { ok } from '../../../test/harness/http.ts';
import { type Account, createAccount } from '../../../test/harness/people.ts';
import { quantile, type Row } from './row.ts';

const LOGINS_PER_SECOND = 8;
const ASK_EVERY_MS = 20;
const GOAL_MS = 50;

/** How long a signed-in person waits for the API while others log in, each of whom costs an argon2id hash. */
export async function benchLogins(forMs: number): Promise<Row[]> {
  const didar = await startDidar({ config: { log: { level: 'warn' } }, waitFor: 'health' });
  try {
    const account = await createAccount(didar);
    const ask = () => timed(async () => ok(await didar.api('/api/auth/me', { token: account.token })));
    await rhythm(ASK_EVERY_MS, forMs / 4, ask);
    const idle = await rhythm(ASK_EVERY_MS, forMs, ask);
    const [busy, logins] = await Promise.all([
      rhythm(ASK_EVERY_MS, forMs, ask),
      rhythm(1000 / LOGINS_PER_SECOND, forMs, () => timed(() => logIn(didar, account))),
    ]);
    return [
      {
        what: `API p99 while ${LOGINS_PER_SECOND} people a second log in`,
        unit: 'ms',
        ours: quantile(busy, 0.99),
        goal: { atMost: GOAL_MS },
        note: `${busy.length} requests beside ${logins.length} logins of ${Math.round(quantile(logins, 0.5))} ms (median); without logins p99 ${quantile(idle, 0.99).toFixed(1)} ms`,
      },
    ];
  } finally {
    await didar.cleanUp();
  }
}

async function logIn(didar: Didar, { user: { email }, password }: Account): Promise<void> {
  ok(await didar.api('/api/auth/login', { json: { email, password } }));
}

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Begins `run` every `everyMs`, whether or not the ones before are done; what each of them took. */
async function rhythm(everyMs: number, forMs: number, run: () => Promise<number>): Promise<number[]> {
  const started: Promise<number>[] = [];
  const start = performance.now();
  for (let due = 0; due < forMs; due += everyMs) {
    await Bun.sleep(Math.max(0, start + due - performance.now()));
    started.push(run());
  }
  return Promise.all(started);
}
