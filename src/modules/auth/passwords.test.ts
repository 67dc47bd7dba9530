import { expect, spyOn, test } from 'bun:test';
import { createPasswords } from './passwords.ts';

test('an unknown account costs one hash with the same parameters as a known one', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse');
  const verify = spyOn(Bun.password, 'verify');
  try {
    expect(await passwords.matches('wrong horse', hash)).toBe(false);
    expect(await passwords.matches('wrong horse', undefined)).toBe(false);
    const parameters = verify.mock.calls.map(([, compared]) => String(compared).split('$').slice(0, 4));
    expect(parameters).toEqual([
      ['', 'argon2id', 'v=19', 'm=19456,t=2,p=1'],
      ['', 'argon2id', 'v=19', 'm=19456,t=2,p=1'],
    ]);
  } finally {
    verify.mockRestore();
  }
});

test('two passwords are hashed at once, sixteen wait, and who comes then is told when to come back', async () => {
  const passwords = createPasswords();
  const hash = await passwords.hash('correct horse');
  let running = 0;
  let most = 0;
  const verify = spyOn(Bun.password, 'verify').mockImplementation(async () => {
    running += 1;
    most = Math.max(most, running);
    await Bun.sleep(1);
    running -= 1;
    return true;
  });
  try {
    const results = await Promise.allSettled(
      Array.from({ length: 30 }, () => passwords.matches('correct horse', hash)),
    );
    expect(most).toBe(2);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(18);
    const refused = results.find((result) => result.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'busy', details: { retryAfter: 2 } });
  } finally {
    verify.mockRestore();
  }
});
