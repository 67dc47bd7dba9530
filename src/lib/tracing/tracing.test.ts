import { expect, test } from 'bun:test';
import { DomainError } from '../errors.ts';
import { createLogger, silentLogger } from '../log.ts';
import { manualClock } from '../manual-clock.ts';
import { createOtlpExporter } from './otlp.ts';
import { parseOtlpHeaders } from './otlp-headers.ts';
import { createTracer, type EndedSpan } from './tracer.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

function traced() {
  const spans: EndedSpan[] = [];
  const clock = manualClock();
  return { spans, clock, tracer: createTracer({ clock, onEnd: (span) => spans.push(span) }) };
}

test('what a request does belongs to it, and the request to whoever asked', async () => {
  const { spans, clock, tracer } = traced();
  const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  await tracer.span({ name: 'request', kind: 'server', traceparent }, async (request) => {
    await settled();
    await tracer.within({ name: 'livekit CreateRoom', kind: 'client' }, async () => void clock.advance(30));
    request.rename('POST /api/room/join');
    request.set({ 'http.response.status_code': 200 });
  });
  const [call, request] = spans;
  expect(request).toMatchObject({
    name: 'POST /api/room/join',
    traceId: 'a'.repeat(32),
    parentId: 'b'.repeat(16),
  });
  expect(call).toMatchObject({ traceId: 'a'.repeat(32), parentId: request?.spanId, failure: undefined });
  expect((call?.endedAt ?? 0) - (call?.startedAt ?? 0)).toBe(30);
});

test('of many traces a part is kept, each as a whole, and who sends one decides for it', async () => {
  const spans: EndedSpan[] = [];
  const tracer = createTracer({ clock: manualClock(), share: 0.2, onEnd: (span) => spans.push(span) });
  const request = (traceparent?: string) =>
    tracer.span({ name: 'request', kind: 'server', ...(traceparent && { traceparent }) }, () =>
      tracer.within({ name: 'livekit ListRooms', kind: 'client' }, async () => undefined),
    );
  for (let n = 0; n < 1_000; n += 1) await request();
  const requests = spans.filter(({ name }) => name === 'request');
  expect(requests.length).toBeGreaterThan(100);
  expect(requests.length).toBeLessThan(300);
  expect(spans).toHaveLength(2 * requests.length);
  spans.length = 0;
  for (let n = 0; n < 10; n += 1) await request(`00-${'f'.repeat(32)}-${'b'.repeat(16)}-01`);
  expect(spans).toHaveLength(20);
  await request(`00-${'0'.repeat(31)}1-${'b'.repeat(16)}-00`);
  expect(spans).toHaveLength(20);
});

test.each([
  ['authorization=Bearer%20abc', { authorization: 'Bearer abc' }],
  ['X-Scope-OrgID=tenant, api-key = k=1', { 'x-scope-orgid': 'tenant', 'api-key': 'k=1' }],
  ['', undefined],
  ['authorization: Bearer abc', undefined],
  ['a b=c', undefined],
  ['a=%0d%0ab', undefined],
  ['a=%', undefined],
])('headers for a collector are read from %p', (text, headers) => {
  expect(parseOtlpHeaders(text)).toEqual(headers);
});

test('what goes wrong is told by its code, and thrown on', async () => {
  const { spans, tracer } = traced();
  const failing = tracer.span({ name: 'job', kind: 'internal', traceparent: 'nonsense' }, () =>
    Promise.reject(new DomainError('room_not_found', 'Mira is not in abc.')),
  );
  await expect(failing).rejects.toThrow('Mira');
  expect(spans).toMatchObject([{ failure: 'room_not_found', parentId: undefined }]);
});

test('a call by itself is no trace', async () => {
  const { spans, tracer } = traced();
  await tracer.within({ name: 'livekit ListRooms', kind: 'client' }, async () => undefined);
  expect(spans).toEqual([]);
});

test('a collector gets spans as OTLP wants them', async () => {
  const clock = manualClock(1_767_225_600_000);
  const bodies: string[] = [];
  const exporter = createOtlpExporter({
    endpoint: 'http://collector:4318/',
    version: '1.0.0',
    clock,
    log: silentLogger,
    async fetch(url, { body }) {
      bodies.push(`${url} ${body}`);
      return new Response();
    },
  });
  const tracer = createTracer({ clock, onEnd: exporter.take });
  exporter.start();
  const attributes = { a: 'x', n: 2, yes: true };
  await tracer.span({ name: 'x', kind: 'server', attributes }, async () => undefined);
  clock.advance(5_000);
  await settled();
  const [url = '', body = ''] = bodies[0]?.split(/ (.*)/s) ?? [];
  expect(url).toBe('http://collector:4318/v1/traces');
  const [resource] = JSON.parse(body).resourceSpans;
  expect(resource.resource.attributes[0]).toEqual({ key: 'service.name', value: { stringValue: 'didar' } });
  expect(resource.scopeSpans[0].spans[0]).toMatchObject({
    name: 'x',
    kind: 2,
    startTimeUnixNano: '1767225600000000000',
    status: {},
    attributes: [
      { key: 'a', value: { stringValue: 'x' } },
      { key: 'n', value: { intValue: '2' } },
      { key: 'yes', value: { boolValue: true } },
    ],
  });
  await exporter.stop();
});

test('a collector that is away costs neither memory nor a line every five seconds', async () => {
  const clock = manualClock();
  const lines: string[] = [];
  let [asked, sent] = [0, 0];
  const exporter = createOtlpExporter({
    endpoint: 'http://nowhere:4318',
    version: '1.0.0',
    clock,
    log: createLogger({ level: 'info', format: 'json', write: (line) => void lines.push(line), clock }),
    fetch(_url, { body }) {
      asked += 1;
      sent += JSON.parse(String(body)).resourceSpans[0].scopeSpans[0].spans.length;
      return Promise.reject(new Error('ECONNREFUSED'));
    },
  });
  const tracer = createTracer({ clock, onEnd: exporter.take });
  exporter.start();
  for (let n = 0; n < 5_000; n += 1) await tracer.span({ name: 'x', kind: 'server' }, async () => undefined);
  for (let n = 0; n < 20; n += 1) {
    clock.advance(5_000);
    await settled();
  }
  await exporter.stop();
  expect([asked, sent, lines.length]).toEqual([4, 2_048, 1]);
});
