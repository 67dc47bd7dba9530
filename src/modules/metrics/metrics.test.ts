import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { openWholeHouse, type WholeHouse } from '../../../test/fixtures/whole-house.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { createLiveKitMetrics } from './livekit.ts';

let house: WholeHouse;
const client = { address: 'local', transport: 'unix', secure: true } as const;

async function scrape(): Promise<string> {
  const answer = await house.services.handle(new Request('http://localhost/metrics'), client);
  expect(answer.headers.get('content-type')).toContain('version=0.0.4');
  return answer.text();
}

beforeAll(() => {
  house = openWholeHouse();
});
afterAll(() => house.close());

describe('who scrapes', () => {
  test('reads how often each route answered what, under names that no room can add to', async () => {
    await house.ask('/api/room', { local: true, json: { name: 'standup' } });
    await house.ask('/api/room/standup', { local: true });
    await house.ask('/api/room/no-such-room', { local: true });
    await house.ask('/nowhere');
    const text = await scrape();
    const count = (route: string, status: number) =>
      text.includes(`didar_http_requests_total{method="GET",route="${route}",status="${status}"} 1\n`);
    expect(count('/api/room/:name', 200)).toBe(true);
    expect(count('/api/room/:name', 404)).toBe(true);
    expect(count('none', 404)).toBe(true);
    expect(text).not.toContain('standup');
    expect(text).toContain('didar_events_total{kind="room.created"} 1');
    expect(text).toContain('\ndidar_rooms 1\n');
  });

  test('is told of jobs and recordings that there are none, so that the first that fails is an increase', async () => {
    const text = await scrape();
    expect(text).toContain('\ndidar_jobs{kind="make_backup",state="failed"} 0\n');
    expect(text).toContain('\ndidar_recordings{state="failed"} 0\n');
  });

  test('is told nothing of a certificate where there is none: 0 days would raise an alarm', async () => {
    expect(await scrape()).not.toMatch(/^didar_certificate_days_left/m);
  });

  test('needs a token, and one that may only read is enough', async () => {
    expect((await house.ask('/metrics')).status).toBe(401);
    const made = (scopes: string[]) =>
      house.ask<{ token: string }>('/api/token', { local: true, json: { name: 'prometheus', scopes } });
    expect((await house.ask('/metrics', { token: (await made(['read'])).body.token })).status).toBe(200);
    expect((await house.ask('/metrics', { token: (await made(['rooms'])).body.token })).status).toBe(403);
  });

  test('is told that the media server shows no metrics, and gets the rest', async () => {
    expect(await scrape()).toContain('\ndidar_livekit_scrape_ok 0\n');
  });
});

describe("livekit's metrics", () => {
  let asked: number;
  let answer: () => Promise<string | undefined>;
  const clock = manualClock();
  const read = () => metrics.read();
  let metrics: ReturnType<typeof createLiveKitMetrics>;
  beforeEach(() => {
    asked = 0;
    metrics = createLiveKitMetrics({
      clock,
      fetch() {
        asked += 1;
        return answer();
      },
    });
  });

  test('of its own process are not taken for ours', async () => {
    answer = async () =>
      '# TYPE process_open_fds gauge\nprocess_open_fds 7\n# TYPE livekit_room_total gauge\nlivekit_room_total 1\n';
    expect(await read()).toBe(
      '# TYPE livekit_process_open_fds gauge\nlivekit_process_open_fds 7\n# TYPE livekit_room_total gauge\nlivekit_room_total 1\n',
    );
  });

  test('are asked for once, however many ask us', async () => {
    answer = async () => 'x 1\n';
    await Promise.all([read(), read(), read()]);
    expect(asked).toBe(1);
    clock.advance(1_000);
    await read();
    expect(asked).toBe(2);
  });

  test('that do not come leave nothing behind', async () => {
    answer = () => Promise.reject(new Error('timed out'));
    expect(await read()).toBeUndefined();
  });
});
