import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFileSync } from 'node:fs';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { allProcesses } from '../harness/process.ts';

let didar: Didar;
/** Everything of this run that must stay secret, by what it is. */
const secrets: Record<string, string> = {};
const PASSWORD = 'horse battery staple 71';
const ROOM_PASSWORD = 'sesame-sesame-71';
const EMAIL = 'mira@example.org';

beforeAll(async () => {
  didar = await startDidar({ config: { log: { level: 'debug', format: 'json' } } });
}, 60_000);
afterAll(async () => {
  await didar?.cleanUp();
}, 60_000);

function keep(what: string, value: unknown): string {
  if (typeof value !== 'string' || value.length < 8) throw new Error(`${what} is no secret: ${value}`);
  secrets[what] = value;
  return value;
}

/** What each process of the daemon was started with. */
async function argv(): Promise<string> {
  return (await allProcesses())
    .map(({ pid, argv: words }) => ({ pid, line: words.join(' ') }))
    .filter(({ pid, line }) => line.includes(didar.home) || pid === didar.pid)
    .map(({ line }) => line)
    .join('\n');
}

test('no secret of a whole life is in the log, the events, the metrics, an error or the arguments of a process', async () => {
  const errors: string[] = [];
  const wrong = async (path: string, json: unknown, token?: string) => {
    const init = { json, ...(token === undefined ? {} : { token }) };
    errors.push(JSON.stringify((await didar.api(path, init)).body));
  };
  keep('password', PASSWORD);
  keep('room password', ROOM_PASSWORD);
  keep('token key', readFileSync(`${didar.dataDir}/secrets/token-key`, 'utf8').trim());
  keep('livekit secret', JSON.parse(readFileSync(`${didar.dataDir}/secrets/livekit.json`, 'utf8')).apiSecret);

  const json = { email: EMAIL, name: 'Mira', role: 'admin', password: PASSWORD };
  await asAdmin(didar, '/api/user', { json });
  const login = await asAdmin<{ accessToken: string; refreshToken: string }>(didar, '/api/auth/login', {
    json: { email: EMAIL, password: PASSWORD },
  });
  const token = keep('access token', login.accessToken);
  keep('refresh token', login.refreshToken);
  const made = await asAdmin<{ token: string }>(didar, '/api/token', {
    json: { name: 'x', scopes: ['admin'] },
  });
  keep('API token', made.token);
  const hook = await asAdmin<{ id: string; secret: string }>(didar, '/api/webhook', {
    json: { url: 'https://127.0.0.1:1/hook' },
  });
  keep('webhook secret', hook.secret.slice('whsec_'.length));
  await asAdmin(didar, '/api/room', { json: { name: 'standup', password: ROOM_PASSWORD } });
  const invite = await asAdmin<{ token: string }>(didar, '/api/room/standup/invites', { json: {} });
  keep('invitation', invite.token);
  const guest = await asAdmin<{ token: string; guestToken?: string }>(didar, '/api/room/join', {
    json: { room: 'standup', name: 'Guest', invite: invite.token, password: ROOM_PASSWORD },
  });
  keep('join token', guest.token);

  // And what goes wrong with them.
  await wrong('/api/auth/login', { email: EMAIL, password: keep('wrong password', 'not-the-one-71-71') });
  await wrong('/api/auth/refresh', { refreshToken: keep('forged refresh token', `${login.refreshToken}x`) });
  await wrong('/api/room/join', {
    room: 'standup',
    name: 'X',
    password: keep('wrong guess', 'open-open-71'),
  });
  await wrong('/api/room/join', {
    room: 'standup',
    name: 'X',
    invite: keep('forged invitation', `${invite.token}x`),
  });
  await wrong('/api/room', { nonsense: PASSWORD }, `${token}x`);
  await wrong(`/api/room/standup?password=${PASSWORD}`, { title: 1 }, token);
  await wrong(`/rtc?access_token=${guest.token}x`, undefined);
  await didar.cli(['room', 'list', '--url', didar.url], { env: { DIDAR_TOKEN: made.token } });

  const events = await didar.local('/api/event?limit=500');
  const metrics = await didar.local('/metrics');
  const places = {
    log: didar.logs(),
    events: JSON.stringify(events.body),
    metrics: JSON.stringify(metrics.body),
    errors: errors.join('\n'),
    arguments: await argv(),
  };
  expect(places.arguments).toContain('livekit');
  expect(places.log).toContain('"route":"/api/auth/login"');
  expect(places.events).toContain('webhook.created');
  for (const [place, text] of Object.entries(places)) {
    const found = Object.keys(secrets).filter((what) => text.includes(secrets[what] ?? ''));
    expect([place, found]).toEqual([place, []]);
  }
}, 60_000);
