import { describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Glob } from 'bun';
import type { AnyElysia } from 'elysia';
import { silentLogger } from '../../lib/log.ts';
import { manualClock } from '../../lib/manual-clock.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';
import { createHandler } from '../handler.ts';
import { exampleOf } from './example.ts';
import type { DeclaredRoute } from './operation.ts';

const CLIENT: ClientInfo = { address: '198.51.100.7', transport: 'tcp', secure: true };
/** The routes of every module there is: they are described without anything behind them. */
const nothing = {} as never;
const modules: AnyElysia[] = [];
const MODULES = join(import.meta.dir, '../../modules');
for (const file of [...new Glob('*/*routes.ts').scanSync(MODULES)].sort()) {
  const exported: Record<string, unknown> = await import(join(MODULES, file));
  for (const [name, make] of Object.entries(exported))
    if (name.endsWith('Routes') && typeof make === 'function') modules.push(make(nothing));
}
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
const declared: DeclaredRoute[] = modules.flatMap((module) => module.routes as DeclaredRoute[]);

const schemasOf = (response: DeclaredRoute['hooks']['response']): TSchema[] =>
  response === undefined
    ? []
    : Object.keys(response).every((key) => /^\d+$/.test(key))
      ? Object.values(response as Record<string, TSchema>)
      : [response as TSchema];
const contractOf = (method: string, path: string): Operation => {
  const name = `${method.toLowerCase()} ${path.replace(/(?<=.)\/$/, '').replace(/:(\w+)/g, '{$1}')}`;
  const found = operation(name);
  if (!found) throw new Error(`${name} is not in the contract`);
  return found;
};
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

  test('shows an example of every body and every answer, and each is as its schema says', () => {
    const wrong = declared.flatMap(({ method, path, hooks: { body, response } }) =>
      [...(body ? [body] : []), ...schemasOf(response)]
        .filter((schema) => schema.type !== 'void' && !Value.Check(schema, exampleOf(schema)))
        .map((schema) => `${method} ${path}: ${JSON.stringify(exampleOf(schema))}`),
    );
    // A text with a pattern needs `examples: ['…']` in its schema.
    expect(wrong).toEqual([]);
  });

  test('has an answer with a schema for every success, or says which media type comes instead', () => {
    const wrong = operations
      .filter(([, { responses }]) =>
        Object.entries(responses).some(
          ([status, { content }]) => /^2/.test(status) && status !== '204' && content === undefined,
        ),
      )
      .map(([name]) => name);
    // Declare `response`, or `detail.responses` for streams and files; `204: t.Void()` for no answer.
    expect(wrong).toEqual([]);
  });

  test('refuses fields that it does not know, in every body', () => {
    for (const { method, path, hooks } of declared)
      if (hooks.body?.type === 'object')
        expect([method, path, hooks.body.additionalProperties]).toEqual([method, path, false]);
  });

  test('pages every list by a cursor, and bounds the pages', () => {
    for (const { method, path, hooks } of declared) {
      const lists = schemasOf(hooks.response).filter(({ properties }) => properties?.items?.type === 'array');
      if (lists.length === 0) continue;
      const limit = contractOf(method, path).parameters.find(({ name }) => name === 'limit');
      const cursor = contractOf(method, path).parameters.find(({ name }) => name === 'cursor');
      expect({ path, next: lists[0]?.properties.next !== undefined, cursor, limit }).toMatchObject({
        path,
        next: true,
        cursor: { in: 'query' },
        limit: { schema: { minimum: 1, maximum: 500 } },
      });
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
      'get /api/auth/oidc/callback',
      'get /api/auth/oidc/start',
      'get /api/auth/options',
      'get /api/auth/setup',
      'get /api/health',
      'get /api/ready',
      'get /api/room/{name}/wait',
      'post /api/auth/login',
      'post /api/auth/oidc/finish',
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

test('the type of the API, for clients, has every module that the server answers with', async () => {
  const source = (path: string) => Bun.file(join(import.meta.dir, path)).text();
  const [served, typed] = await Promise.all([
    source('../../appliance/services.ts'),
    source('../contract.ts'),
  ]);
  const modules = [...served.matchAll(/^\s+(\w+Routes)\(/gm)].map(([, name = '']) => name);
  // The page is no API, and LiveKit alone calls the webhook.
  const missing = modules.filter(
    (name) => !['webRoutes', 'liveRoutes'].includes(name) && !typed.includes(name),
  );
  expect(missing).toEqual([]);
});
