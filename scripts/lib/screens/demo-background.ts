import { backupName } from '../../../src/modules/backups/files.ts';
import type { FakeBackgroundOptions } from '../../../test/tui/fake-background.ts';
import { fakeBackup, fakeDelivery, fakeJob, fakeWebhook } from '../../../test/tui/fake-world.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const DOWN = {
  code: 'webhook_status',
  message: 'crm.example.org answered 503.',
  fix: "Look into the receiver's log; it has to answer 2xx.",
};
const NO_BUCKET = {
  code: 's3_unreachable',
  message: 'The bucket at s3.example.org does not answer.',
  fix: 'Look at recording.s3.endpoint, and whether this machine reaches it.',
};

/** What that server does besides: a receiver is down, an upload has failed, backups are well. */
export function demoBackground(now: number): FakeBackgroundOptions {
  const at = (minutes: number) => new Date(now + minutes * MINUTE_MS).toISOString();
  const ended = (id: string, kind: string, minutes: number) =>
    fakeJob(id, {
      kind,
      state: 'done',
      attempts: 1,
      payload: kind === 'make_backup' ? {} : { recordingId: 'rec_1' },
      createdAt: at(minutes),
      finishedAt: at(minutes + 1),
    });
  return {
    jobs: [
      fakeJob('j_5', {
        state: 'running',
        progress: 0.62,
        attempts: 1,
        createdAt: at(-3),
        payload: { recordingId: 'rec_2' },
      }),
      fakeJob('j_4', {
        kind: 'upload_recording',
        payload: { recordingId: 'rec_1' },
        state: 'failed',
        attempts: 5,
        error: NO_BUCKET,
        createdAt: at(-190),
        finishedAt: at(-140),
      }),
      fakeJob('j_3', {
        kind: 'deliver_webhook',
        payload: { webhook: 'w_crm', object: 'room:board' },
        maxAttempts: 100_000,
        attempts: 9,
        error: DOWN,
        runAt: at(34),
        createdAt: at(-94),
      }),
      ended('j_2', 'make_backup', -26),
      ended('j_1', 'process_recording', -48),
    ],
    webhooks: [
      fakeWebhook('w_crm', 'crm.example.org', {
        url: 'https://crm.example.org/hooks/didar',
        kinds: ['room.', 'recording.changed'],
        pending: 41,
        dead: 3,
        lastDeliveredAt: at(-95),
        failing: { since: at(-94), ...DOWN },
      }),
      fakeWebhook('w_chat', 'chat', { url: 'https://chat.example.net/hooks/8f2c', lastDeliveredAt: at(-2) }),
      fakeWebhook('w_old', 'old billing', { url: 'https://billing.example.com/didar', enabled: false }),
    ],
    deliveries: [
      fakeDelivery('w_crm', 90, {
        state: 'pending',
        attempts: 9,
        status: 503,
        error: DOWN,
        createdAt: at(-94),
      }),
    ],
    backups: {
      status: {
        state: 'ok',
        every: DAY_MS / 1000,
        dir: '/var/lib/didar/backups',
        toBucket: true,
        last: { job: 'j_2', at: at(-26) },
        failure: null,
        next: at(1_414),
      },
      files: [0, 1, 2].map((days) => backupOf(now - days * DAY_MS - 26 * MINUTE_MS)),
    },
  };
}

function backupOf(time: number) {
  const at = new Date(time).toISOString();
  return fakeBackup(1, { at, name: backupName(time, false), bytes: 1_200_000 + (time % 90_000) });
}
