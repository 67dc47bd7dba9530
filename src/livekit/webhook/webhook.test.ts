import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { DomainError } from '../../lib/errors.ts';
import { createJwtSigner } from '../../lib/jwt.ts';
import { receiveWebhook } from './webhook.ts';

const key = { apiKey: 'key', apiSecret: 'a secret of at least thirty-two characters' };
const receive = receiveWebhook(key);

const joined = JSON.stringify({
  event: 'participant_joined',
  id: 'EV_1',
  createdAt: '1795793000',
  someFieldOfTomorrow: true,
  room: { sid: 'RM_1', name: 'standup', creationTime: '1795792990', creationTimeMs: '1795792990123' },
  participant: {
    sid: 'PA_1',
    identity: 'g_1',
    name: 'Ada',
    state: 'ACTIVE',
    joinedAt: '1795793000',
    version: 3,
    attributes: { role: 'moderator' },
    permission: { canSubscribe: true, canPublish: true, canPublishData: true },
    tracks: [{ sid: 'TR_1', type: 'AUDIO', source: 'MICROPHONE', muted: true }],
  },
});

function authorization(body: string, apiSecret = key.apiSecret): string {
  const exp = Math.floor(Date.now() / 1000) + 60;
  const sha256 = createHash('sha256').update(body).digest('base64');
  return createJwtSigner(apiSecret)({ iss: key.apiKey, exp, sha256 });
}

async function refusal(body: string, header: string | undefined): Promise<string> {
  const error = await receive(body, header).catch((thrown: unknown) => thrown);
  return error instanceof DomainError ? error.code : `not refused: ${JSON.stringify(error)}`;
}

describe('a webhook', () => {
  test('signed by LiveKit is read into our words', async () => {
    expect(await receive(joined, authorization(joined))).toEqual({
      id: 'EV_1',
      fact: {
        kind: 'participant_joined',
        room: { sid: 'RM_1', name: 'standup', createdAt: 1795792990123, participants: 0 },
        participant: {
          sid: 'PA_1',
          identity: 'g_1',
          name: 'Ada',
          role: 'moderator',
          state: 'active',
          joinedAt: 1795793000_000,
          version: 3,
          tracks: [{ sid: 'TR_1', source: 'microphone', kind: 'audio', muted: true }],
          permissions: {
            publish: ['microphone', 'camera', 'screen_share', 'screen_share_audio'],
            subscribe: true,
            data: true,
            hidden: false,
          },
        },
      },
    });
  });

  test('that someone else signed, nobody signed, or whose body was changed, is refused as forged', async () => {
    expect(await refusal(joined, authorization(joined, 'b'.repeat(40)))).toBe('webhook_forged');
    expect(await refusal(joined, undefined)).toBe('webhook_forged');
    expect(await refusal(joined, 'garbage')).toBe('webhook_forged');
    expect(await refusal(joined.replace('g_1', 'g_2'), authorization(joined))).toBe('webhook_forged');
  });

  test('that is signed but no event is refused as invalid', async () => {
    for (const body of ['{', '[]', '{"event":1}', '{"event":"room_started"}']) {
      expect(await refusal(body, authorization(body))).toBe('webhook_invalid');
    }
  });

  test('of a kind that we have no use for is taken note of', async () => {
    const body = JSON.stringify({ event: 'egress_started', id: 'EV_2' });
    expect((await receive(body, authorization(body))).fact).toEqual({
      kind: 'other',
      name: 'egress_started',
    });
  });
});
