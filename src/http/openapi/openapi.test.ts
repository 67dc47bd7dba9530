import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import type { AnyElysia } from 'elysia';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import { accountRoutes } from '../../modules/auth/routes.ts';
import { denialRoutes } from '../../modules/denials/routes.ts';
import { eventRoutes } from '../../modules/events/routes.ts';
import { liveRoutes } from '../../modules/live/routes.ts';
import { participantRoutes } from '../../modules/participants/routes.ts';
import { roomRoutes } from '../../modules/rooms/routes.ts';
import { systemRoutes } from '../../modules/system/routes.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import { createHandler } from '../handler.ts';

const CLIENT: ClientInfo = { address: '198.51.100.7', transport: 'tcp', secure: true };
/** Routes are described without anything behind them. */
const nothing = {} as never;
const modules: AnyElysia[] = [
  accountRoutes(nothing),
  denialRoutes(nothing),
  eventRoutes(nothing),
  liveRoutes(nothing),
  participantRoutes(nothing),
  roomRoutes(nothing),
  systemRoutes(nothing),
];
const handle = createHandler({
  authenticate: () => ({ kind: 'anyone' }),
  modules,
  log: silentLogger,
  clock: manualClock(),
});
const get = async (path: string) => handle(new Request(`http://localhost${path}`), CLIENT);

interface Operation {
  readonly summary: string;
  readonly tags: string[];
  readonly operationId: string;
  readonly parameters: { name: string; in: string; required: boolean; schema: object }[];
  readonly responses: Record<string, { content?: object }>;
  readonly security?: object[];
}

// biome-ignore lint/suspicious/noExplicitAny: looked at by its fields, as a client would.
const contract: any = await (await get('/openapi.json')).json();
const operations: [string, Operation][] = Object.entries<Record<string, Operation>>(contract.paths).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
);
const operation = (name: string) => operations.find(([known]) => known === name)?.[1];

describe('the contract', () => {
  test('describes every operation: what it is, what it answers, and how faults are told', () => {
    expect(operations.length).toBeGreaterThan(20);
    for (const [name, { summary, tags, responses }] of operations) {
      expect([name, summary]).not.toContain(undefined);
      expect(tags).toHaveLength(1);
      expect(responses.default).toMatchObject({ content: { 'application/problem+json': expect.anything() } });
      expect(Object.keys(responses).length).toBeGreaterThan(1);
    }
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('names every parameter of a path', () => {
    for (const [name, { parameters }] of operations) {
      const declared = parameters
        .filter((parameter) => parameter.in === 'path')
        .map((parameter) => parameter.name);
      expect(declared.sort()).toEqual([...name.matchAll(/\{(\w+)\}/g)].map(([, word]) => word ?? '').sort());
    }
  });

  test('refers to nothing that is not in it', () => {
    for (const [, name = ''] of JSON.stringify(contract).matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(contract.components.schemas).toHaveProperty(name);
  });

  test('has numbers as numbers, words as enumerations, and nulls as JSON Schema has them', () => {
    const limit = operation('get /api/user')?.parameters.find(({ name }) => name === 'limit');
    expect(limit).toEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 },
    });
    const { User, ApiToken, UserPage } = contract.components.schemas;
    expect(User.properties.role).toEqual({ type: 'string', enum: ['admin', 'user'] });
    expect(ApiToken.properties.expiresAt.anyOf).toContainEqual({ type: 'null' });
    expect(UserPage.properties.items.items).toEqual({ $ref: '#/components/schemas/User' });
    expect(JSON.stringify(contract)).not.toContain('"nullable"');
  });

  test('says what is open to anyone', () => {
    expect(contract.security).toEqual([{ bearer: [] }]);
    const open = operations.filter(([, { security }]) => security?.length === 0).map(([name]) => name);
    expect(open.sort()).toEqual([
      'get /api/auth/setup',
      'get /api/health',
      'get /api/ready',
      'post /api/auth/login',
      'post /api/auth/refresh',
      'post /api/auth/register',
      'post /api/auth/reset',
      'post /api/livekit/webhook',
    ]);
  });

  test('lists every code that a fault can have', () => {
    expect(contract['x-problem-codes'].room_not_found).toEqual({ status: 404, title: 'No such room' });
  });
});

test('the page for people shows all of it, and needs nothing but itself', async () => {
  const response = await get('/docs');
  const html = await response.text();
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
  const style = /<style>(.*)<\/style>/s.exec(html)?.[1] ?? '';
  const allowed = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
  expect(response.headers.get('content-security-policy')).toStartWith(
    `default-src 'none'; style-src ${allowed};`,
  );
  for (const [name] of operations) expect(html).toContain(`<code>${name.split(' ')[1]}</code>`);
  for (const code of Object.keys(contract['x-problem-codes'])) expect(html).toContain(`<code>${code}</code>`);
  expect(html).not.toMatch(/<script|<link|src=|https?:/);
});
