import { afterEach, expect, setDefaultTimeout, test } from 'bun:test';
import { fakeBackup, fakeDelivery, fakeJob, fakeRecording, fakeRoom, fakeWebhook } from './fake-world.ts';
import { type Shown, type ShownOptions, show } from './shown.ts';

setDefaultTimeout(90_000);

let shown: Shown | undefined;
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});

const ERROR = {
  code: 'bucket_unreachable',
  message: 'The bucket does not answer.',
  fix: 'Look at recording.s3.',
};
const FAILING = { since: '2026-01-01T08:00:00Z', code: 'webhook_status', message: 'It answered 503.' };
const JOBS = [
  fakeJob('j_run', { state: 'running', progress: 0.42, startedAt: '2026-01-01T08:00:00Z' }),
  fakeJob('j_bad', { kind: 'upload_recording', state: 'failed', error: ERROR, attempts: 5 }),
  fakeJob('j_wait', { kind: 'make_backup', payload: {} }),
];
const WEBHOOKS = [
  fakeWebhook('w_crm', 'crm.example.org', { dead: 2, failing: FAILING }),
  fakeWebhook('w_chat', 'chat.example.net', { kinds: ['room.'] }),
];
const DELIVERIES = [1, 2, 3].map((event) =>
  fakeDelivery(
    'w_crm',
    event,
    event < 3 ? { state: 'dead', status: 503, attempts: 36, object: `room:r${event}`, error: FAILING } : {},
  ),
);
const FILES = [fakeBackup(2, { encrypted: true }), fakeBackup(1)];
const STATUS = {
  state: 'failed',
  every: 86_400,
  dir: '/srv/backups',
  toBucket: false,
  last: null,
  failure: { job: 'j_1', code: 'backup_failed', message: 'No space left.', fix: 'Make room.' },
  next: '2026-01-01T00:00:00Z',
} as const;

async function open(options: ShownOptions = {}): Promise<Shown> {
  shown = await show({
    rooms: [fakeRoom('standup')],
    recordings: [fakeRecording('standup')],
    jobs: JOBS,
    webhooks: WEBHOOKS,
    deliveries: DELIVERIES,
    backups: { status: STATUS, files: FILES },
    ...options,
  });
  await shown.terminal.shows(options.env?.DIDAR_SCREEN_READER ? 'Rooms' : 'standup');
  return shown;
}

test('the operator sees why a job failed, runs it again, and cancels one after a look at what it is', async () => {
  const { terminal, server } = await open();
  await terminal.press('7');
  await terminal.shows(/▸ upload a recording\s+standup\s+failed/);
  await terminal.shows('running 42 %');
  await terminal.shows('fix: Look at recording.s3.');
  await terminal.press('Enter');
  await terminal.shows('bucket_unreachable');
  await terminal.shows('What happened to it');
  await terminal.press('Escape', 'r');
  await terminal.shows('runs as soon as its turn comes');
  await terminal.shows(/▸ upload a recording\s+standup\s+retrying/);
  await terminal.press('X');
  await terminal.shows('Cancel upload a recording (standup)?');
  await terminal.press('Enter');
  await terminal.hides('Leave it');
  expect(server.asked.map(({ call }) => call)).toEqual(['POST /api/job/j_bad/retry']);
  await terminal.press('X');
  await terminal.shows('Leave it');
  await terminal.press('y');
  await terminal.shows(/▸ upload a recording\s+standup\s+cancelled/);
  await terminal.press('o');
  await terminal.shows(/\[4 Recordings\]/);
  await terminal.shows('▸ standup');
  await terminal.press('7', 'v');
  await terminal.shows('all jobs that the server keeps');
});

test('how far a job is shows as it goes, and several are cancelled by one answer', async () => {
  const { terminal, server } = await open();
  await terminal.press('7');
  await terminal.shows('running 42 %');
  server.putJob({ ...fakeJob('j_run'), state: 'running', progress: 0.77 });
  await terminal.shows('running 77 %');
  await terminal.press('*');
  await terminal.shows('3 marked');
  await terminal.press('X');
  const asked = await terminal.shows('Cancel 2 jobs?');
  expect(asked).toContain('finish a recording (standup)');
  expect(asked).not.toContain('upload a recording (standup)');
  await terminal.press('y');
  await terminal.shows('2 jobs cancelled');
  expect(server.asked.map(({ call }) => call).sort()).toEqual([
    'POST /api/job/j_run/cancel',
    'POST /api/job/j_wait/cancel',
  ]);
});

test('a webhook is made by a form, and its secret is shown this once', async () => {
  const { terminal, server } = await open();
  await terminal.press('8', 'n');
  await terminal.shows('New webhook');
  await terminal.type('example.org');
  await terminal.press('Tab', 'Tab', 'Tab', 'Tab', 'Enter');
  await terminal.shows('one such as https://example.org/hook');
  await terminal.press('C-u');
  await terminal.type('https://example.org/hook');
  await terminal.press('Tab', 'Tab');
  await terminal.type('room. recording.changed');
  await terminal.press('Tab', 'Tab', 'Enter');
  await terminal.shows('whsec_new');
  await terminal.press('Escape');
  await terminal.hides('whsec_new');
  await terminal.shows('▸ example.org');
  expect(server.asked.at(-1)).toEqual({
    call: 'POST /api/webhook',
    body: { url: 'https://example.org/hook', kinds: ['room.', 'recording.changed'], rooms: [] },
  });
});

test('why a webhook fails is told, it is switched off and on again, tested and deleted', async () => {
  const error = { code: 'webhook_address_refused', message: 'The address is private.', fix: 'Allow it.' };
  const { terminal, server } = await open({ ping: { ok: false, status: null, ms: 3, error } });
  await terminal.press('8');
  await terminal.shows(/▸ crm\.example\.org .*failing/);
  await terminal.shows('It answered 503.');
  await terminal.press('x');
  await terminal.shows(/▸ crm\.example\.org .*\soff\s/);
  await terminal.press('U');
  await terminal.shows(/▸ crm\.example\.org .*failing/);
  await terminal.press('p');
  await terminal.shows('did not take it in');
  await terminal.shows('fix: Allow it.');
  await terminal.press('Escape', 'S');
  await terminal.shows('Replace the secret of crm.example.org?');
  await terminal.press('y');
  await terminal.shows('whsec_other');
  await terminal.press('Escape', 'e');
  await terminal.shows('Webhook crm.example.org');
  await terminal.press('Tab', 'C-u');
  await terminal.type('sales');
  await terminal.press('Tab', 'Tab', 'Tab', 'Enter');
  await terminal.shows(/▸ sales .*failing/);
  await terminal.press('r');
  await terminal.shows('2 deliveries go out again to sales');
  await terminal.press('r');
  await terminal.shows('redeliver: no delivery to it was given up');
  await terminal.press('X');
  await terminal.shows('Delete webhook sales?');
  await terminal.press('y');
  await terminal.shows('nothing is sent to sales any more');
  await terminal.shows('▸ chat.example.net');
  expect(server.asked.map(({ call }) => call)).toEqual([
    'PATCH /api/webhook/w_crm',
    'PATCH /api/webhook/w_crm',
    'POST /api/webhook/w_crm/ping',
    'POST /api/webhook/w_crm/secret',
    'PATCH /api/webhook/w_crm',
    'POST /api/webhook/w_crm/redeliver',
    'DELETE /api/webhook/w_crm',
  ]);
});

test('inside a webhook dead letters are told, and go out again: one, those that are marked, or all', async () => {
  const { terminal, server } = await open({ width: 120 });
  await terminal.press('8');
  await terminal.shows('▸ crm.example.org');
  await terminal.press('Enter');
  await terminal.shows(/room:r1\s+dead\s+36\s+503/);
  await terminal.press('j', 'Space', 'Space');
  await terminal.shows('2 marked');
  await terminal.press('r');
  await terminal.shows('2 deliveries go out again');
  await terminal.shows(/room:r1\s+waiting/);
  await terminal.press('Escape', 'g', 'r');
  await terminal.shows('room.changed room:standup goes out again');
  expect(server.asked.map(({ call }) => call).sort()).toEqual(
    [1, 2, 3].map((event) => `POST /api/webhook/w_crm/deliveries/msg_w_crm_${event}/redeliver`),
  );
  await terminal.press('A');
  await terminal.shows('no delivery to it was given up');
  await terminal.press('Escape');
  await terminal.shows('▸ crm.example.org');
});

test('backups are listed with what is wrong, and one is made when asked', async () => {
  const { terminal, server } = await open();
  await terminal.press('0');
  await terminal.shows('the last one failed');
  await terminal.shows('fix: Make room.');
  await terminal.shows('the next now');
  await terminal.press('Enter');
  await terminal.shows('didar restore --dry-run --identity KEY-FILE FILE');
  await terminal.press('Escape', 'b');
  await terminal.shows('Make a backup now?');
  await terminal.press('y');
  await terminal.shows('one is being made (queued)');
  expect(server.asked.map(({ call }) => call)).toEqual(['POST /api/system/backup/job']);
});

test('a token that may not manage the server is told so, by the views and by the keys', async () => {
  const me = { kind: 'token', user: null, scopes: ['read'] } as const;
  const { terminal, server } = await open({ me: { ...me, scopes: ['read'] }, managesNot: true });
  await terminal.press('7');
  await terminal.shows('it needs the scope admin');
  await terminal.press('8', 'n');
  await terminal.shows('new: this token may not manage the server');
  await terminal.press('b');
  await terminal.shows('back up: this token may not manage the server');
  expect(server.asked).toEqual([]);
});

test('while the server is away what was seen stays, and nothing can be changed', async () => {
  const { terminal, server } = await open();
  await terminal.press('7');
  await terminal.shows('▸ upload a recording');
  await server.stop();
  await terminal.shows('what you see is that old');
  await terminal.press('r');
  await terminal.shows('retry: the server does not answer');
  expect(await terminal.screen()).toContain('▸ upload a recording');
});

test('the views are gone to by name, and their keys come first in the help', async () => {
  const { terminal } = await open();
  await terminal.press(':');
  await terminal.type('webhooks');
  await terminal.press('Enter');
  await terminal.shows('[8 Webhooks]');
  await terminal.press('?');
  expect(await terminal.shows('send events to another URL')).toMatch(/Keys\s+│\n.*Webhooks/);
});

test('for a screen reader jobs, webhooks and backups are sentences', async () => {
  const { terminal } = await open({ env: { DIDAR_SCREEN_READER: '1' }, height: 60 });
  await terminal.press('7');
  await terminal.shows('Jobs, 3 rows');
  await terminal.shows('what upload a recording, about standup, state failed');
  await terminal.shows('fix: Look at recording.s3.');
  await terminal.press('8');
  await terminal.shows('Webhooks, 2 rows');
  await terminal.press('Enter');
  await terminal.shows('Webhook crm.example.org, 3 rows');
  await terminal.press('0');
  await terminal.shows('backups: the last one failed');
});
