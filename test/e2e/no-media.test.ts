import { expect, test } from 'bun:test';
import type { Diagnosis } from '../../src/modules/doctor/model.ts';
import { asAdmin, startDidar } from '../harness/didar.ts';
import { createRoom, joinToken } from '../harness/people.ts';
import { within } from '../harness/within.ts';

/** livekit gives somebody a minute to bring media through. */
const GIVEN_UP_MS = 100_000;
const LIMIT_MS = 150_000;

test(
  'who reaches the server, and never gets media through, is seen by the doctor',
  async () => {
    const didar = await startDidar();
    try {
      const { name } = await createRoom(didar);
      const { url, token } = await joinToken(didar, name);
      const signalling = new WebSocket(`${url}/rtc?protocol=9&access_token=${token}`);
      const found = await within(
        GIVEN_UP_MS,
        async () => {
          const { findings } = await asAdmin<Diagnosis>(didar, '/api/system/doctor', { method: 'POST' });
          return findings.find(({ id, state }) => id === 'network.connections' && state === 'warning');
        },
        'the failure to be seen',
        2_000,
      );
      signalling.close();
      expect(found.evidence).toContain(name);
      expect(found).toMatchObject({ trouble: 'no-media', fix: expect.stringMatching(/.{10,}/) });
    } finally {
      await didar.cleanUp();
    }
  },
  LIMIT_MS,
);
