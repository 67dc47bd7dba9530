import { OptionalKind, type TSchema } from '@sinclair/typebox';
import { Problem } from '../../lib/schema.ts';
import { STATUSES } from '../statuses.ts';
import { exampleOf } from './example.ts';
import type { Json, SchemaWriter } from './schemas.ts';

/** What a route declares, as Elysia keeps it. */
export interface DeclaredRoute {
  readonly method: string;
  readonly path: string;
  readonly hooks: {
    readonly params?: TSchema;
    readonly query?: TSchema;
    readonly body?: TSchema;
    /** One schema for 200, or one for each status. */
    readonly response?: TSchema | Readonly<Record<string, TSchema>>;
    readonly detail?: Readonly<Record<string, Json>> & {
      readonly hide?: boolean;
      readonly responses?: Readonly<Record<string, Json>>;
    };
  };
}

/** Whether an operation makes something: then a client can send it once by an Idempotency-Key. */
export function isCreate({ method, hooks: { response } }: DeclaredRoute): boolean {
  return method === 'POST' && typeof response === 'object' && response !== null && '201' in response;
}

const IDEMPOTENCY_KEY: Json = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'Made by the client, a UUID: the same request with the same key is done once, and answered alike for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 200, pattern: '^[!-~]+$' },
};

const STATUS_TEXT: Readonly<Record<string, string>> = {
  200: 'Done',
  201: 'Made',
  202: 'Taken in',
  204: 'Done, and there is nothing to say',
  206: 'A part of the file',
  302: 'To another address, for a browser',
  503: 'Not ready, with the reason',
};

/** An OpenAPI operation: parameters, body, answers, and the problem document that any fault is told by. */
export function operationOf(route: DeclaredRoute, schemas: SchemaWriter): Record<string, Json> {
  const { params, query, body, response, detail: { responses, ...detail } = {} } = route.hooks;
  return {
    operationId: operationId(route),
    parameters: [
      ...parameters('path', params, schemas),
      ...parameters('query', query, schemas),
      ...(isCreate(route) && isSecured(route) ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(body ? { requestBody: { required: !(OptionalKind in body), content: json(body, schemas) } } : {}),
    // What a route says of itself in OpenAPI's own words wins.
    ...detail,
    responses: {
      // Streams and files have no schema that could be checked: their routes describe them in OpenAPI's words.
      ...(responses ?? answers(response, schemas)),
      ...Object.fromEntries(expectedFaults(route).map((code) => [STATUSES[code]?.[0], fault(schemas, code)])),
      431: { description: 'URL and headers are larger than 16 KB: nothing is read, the connection ends' },
      default: fault(schemas, 'internal'),
    },
  };
}

/** The codes that stand for what a client of this operation has to reckon with; others come as `default`. */
function expectedFaults(route: DeclaredRoute): string[] {
  const { params, query, body } = route.hooks;
  return [
    ...(isSecured(route) ? ['unauthenticated', 'forbidden'] : []),
    ...(params ? ['route_not_found'] : []),
    ...(params || query || body ? ['invalid_request'] : []),
    'too_many_requests',
  ];
}

function isSecured({ hooks: { detail } }: DeclaredRoute): boolean {
  return !Array.isArray(detail?.security) || detail.security.length > 0;
}

function fault(schemas: SchemaWriter, code: string): Json {
  const [status = 500, title = ''] = STATUSES[code] ?? [];
  const example = { type: `urn:didar:problem:${code}`, title, status, code, detail: `${title}.` };
  return {
    description: `${title}: a problem document, told by its code`,
    content: { 'application/problem+json': { schema: schemas.write(Problem), example } },
  };
}

/** `get_room_participants` */
function operationId({ method, path }: DeclaredRoute): string {
  const words = path.split('/').filter((word) => word !== '' && word !== 'api' && word !== '*');
  return [
    method.toLowerCase(),
    ...words.map((word) => (word.startsWith(':') ? `by_${word.slice(1)}` : word)),
  ].join('_');
}

function parameters(place: 'path' | 'query', schema: TSchema | undefined, schemas: SchemaWriter): Json[] {
  const properties = (schema?.properties ?? {}) as Record<string, TSchema>;
  const required = (schema?.required ?? []) as string[];
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: schemas.write(property),
    ...(place === 'path' || property.examples ? { example: exampleOf(property) } : {}),
  }));
}

function answers(response: DeclaredRoute['hooks']['response'], schemas: SchemaWriter): Record<string, Json> {
  if (!response) return { 200: { description: STATUS_TEXT[200] ?? '' } };
  const byStatus = isSchema(response) ? { 200: response } : response;
  const described: Record<string, Json> = {};
  for (const [status, schema] of Object.entries(byStatus)) {
    const description = STATUS_TEXT[status] ?? `Status ${status}`;
    described[status] =
      schema.type === 'void' ? { description } : { description, content: json(schema, schemas) };
  }
  return described;
}

function isSchema(response: object): response is TSchema {
  return !Object.keys(response).every((key) => /^\d{3}$/.test(key));
}

function json(schema: TSchema, schemas: SchemaWriter): Json {
  return { 'application/json': { schema: schemas.write(schema), example: exampleOf(schema) } };
}
