import { afterAll, describe, expect, test } from 'bun:test';
import { provideGoProgram } from '../fixtures/go-program.ts';
import { type Didar, startDidar } from '../harness/didar.ts';
import { type Running, startProcess } from '../harness/process.ts';
import '../harness/slow.ts';
import { eventually } from '../harness/within.ts';

const receiverPath = await provideGoProgram(new URL('../fixtures/otlp-receiver', import.meta.url).pathname);
const KEY = 'Bearer of-the-collector';

interface Span {
  readonly service: string;
  readonly name: string;
  readonly kind: string;
  readonly trace: string;
  readonly span: string;
  readonly parent: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

describe.skipIf(receiverPath === undefined)('a collector that wants a key (Go)', () => {
  let receiver: Running | undefined;
  let didar: Didar | undefined;
  afterAll(async () => {
    await didar?.cleanUp();
    receiver?.kill('SIGKILL');
  });

  test('gets the trace of a join, as OpenTelemetry itself reads it, and nobody else gets its key', async () => {
    const collector = startProcess({ command: [receiverPath ?? ''], env: { KEY } });
    receiver = collector;
    const port = await eventually(
      () => /^(\d+)\n/.exec(collector.output())?.[1],
      'the port of the collector',
    );
    const server = await startDidar({
      config: { log: { format: 'json' }, telemetry: { otlpEndpoint: `http://127.0.0.1:${port}` } },
      env: { OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(KEY)}` },
    });
    didar = server;
    await server.local('/api/room', { json: { name: 'standup', access: 'public', password: 'sesame' } });
    const join = (trace: string, flags: string) =>
      server.api('/api/room/join', {
        json: { room: 'standup', name: 'Mira', password: 'sesame' },
        headers: { traceparent: `00-${trace.repeat(32)}-${'d'.repeat(16)}-${flags}` },
      });
    // Who sent the second one wants it not to be kept.
    const left = await join('b', '00');
    const kept = await join('c', '01');
    expect([left.status, kept.status]).toEqual([200, 200]);

    const spans = (): readonly Span[] =>
      collector
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Span);
    const of = (name: string) =>
      eventually(
        () => spans().find((each) => each.name === name && each.trace === 'c'.repeat(32)),
        `a span: ${name}`,
      );
    const request = await of('POST /api/room/join');
    expect(request).toMatchObject({ service: 'didar', kind: 'Server', parent: 'd'.repeat(16) });
    for (const name of ['check the room password', 'sign the join token']) {
      expect(await of(name)).toMatchObject({ kind: 'Internal', parent: request.span });
    }
    expect(spans().filter(({ trace }) => trace === 'b'.repeat(32))).toEqual([]);
    expect(JSON.stringify(spans())).not.toMatch(/Mira|standup|sesame/);

    const shown = await server.cli(['config', 'show'], {
      env: { OTEL_EXPORTER_OTLP_HEADERS: `authorization=${encodeURIComponent(KEY)}` },
    });
    expect(shown.stdout).toMatch(/otlpHeaders: ••••/);
    for (const text of [shown.stdout, server.logs()]) expect(text).not.toContain('of-the-collector');
  });
});
