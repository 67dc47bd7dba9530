import { STATUSES } from '../statuses.ts';
import { type DeclaredRoute, operationOf } from './operation.ts';
import { createSchemaWriter, type Json } from './schemas.ts';

export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Record<string, Json>>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly securitySchemes: Readonly<Record<string, Json>>;
  };
  readonly security: Json;
  /** Every code of a problem document, with its status and title. */
  readonly 'x-problem-codes': Readonly<Record<string, { readonly status: number; readonly title: string }>>;
}

const DESCRIPTION =
  'Times are RFC 3339. Lists answer {items, next}: give next as cursor to read on. Faults are problem documents ' +
  '(RFC 9457) with a stable code and, where there is one, the fix. What answers 201 takes an Idempotency-Key, so that ' +
  'trying again makes nothing twice.';

/** The contract (OpenAPI 3.1), made from what the routes themselves check. Routes with `detail.hide` stay out. */
export function openApiDocument(routes: readonly DeclaredRoute[], version: string): OpenApiDocument {
  const schemas = createSchemaWriter();
  const paths: Record<string, Record<string, Record<string, Json>>> = {};
  for (const route of routes.filter(({ hooks }) => hooks.detail?.hide !== true)) {
    const path = pathOf(route.path);
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Didar', version, description: DESCRIPTION },
    paths: sorted(paths),
    components: {
      schemas: schemas.components(),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'An access token from POST /api/auth/login, or an API token from POST /api/token.',
        },
      },
    },
    security: [{ bearer: [] }],
    'x-problem-codes': Object.fromEntries(
      Object.entries(STATUSES).map(([code, [status, title]]) => [code, { status, title }]),
    ),
  };
}

/** `/api/room/:name/` as `/api/room/{name}`. */
function pathOf(path: string): string {
  return path.replace(/(?<=.)\/$/, '').replace(/:(\w+)\??/g, '{$1}');
}

function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
