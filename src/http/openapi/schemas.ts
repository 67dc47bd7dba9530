import { Kind, type TSchema } from '@sinclair/typebox';
import { Problem, TEXT_FORMAT } from '../../lib/schema.ts';
import * as auth from '../../modules/auth/model.ts';
import * as backups from '../../modules/backups/model.ts';
import * as events from '../../modules/events/model.ts';
import * as invites from '../../modules/invites/model.ts';
import * as jobs from '../../modules/jobs/model.ts';
import * as participants from '../../modules/participants/model.ts';
import * as recordings from '../../modules/recordings/model.ts';
import * as rooms from '../../modules/rooms/model.ts';
import * as system from '../../modules/system/model.ts';
import * as usage from '../../modules/usage/model.ts';
import * as waiting from '../../modules/waiting/model.ts';
import * as webhooks from '../../modules/webhooks/model.ts';

/** A JSON Schema, or a part of one. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export interface SchemaWriter {
  /** The schema as OpenAPI has it, with references to the named ones in it. */
  write(schema: unknown): Json;
  /** The named schemas that were referred to so far, in the order of their names. */
  components(): Record<string, Json>;
}

/** What the modules call their schemas is what the contract calls them. */
const NAMED: ReadonlyMap<unknown, string> = new Map(
  Object.entries({
    Problem,
    ...auth,
    ...backups,
    ...events,
    ...invites,
    ...jobs,
    ...participants,
    ...recordings,
    ...rooms,
    ...system,
    ...usage,
    ...waiting,
    ...webhooks,
  })
    .filter(([, value]) => isSchema(value))
    .map(([name, schema]) => [schema, name]),
);

export function createSchemaWriter(): SchemaWriter {
  const used = new Map<string, Json>();

  function write(value: unknown): Json {
    const name = NAMED.get(value);
    if (name === undefined) return plain(value);
    if (!used.has(name)) {
      used.set(name, null);
      used.set(name, plain(value));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  function plain(value: unknown): Json {
    if (Array.isArray(value)) return value.map(write);
    if (typeof value !== 'object' || value === null) return value as Json;
    const fields = value as Record<string, unknown>;
    const number = coercedNumber(fields);
    if (number) return plain({ ...without(fields, ['anyOf']), ...number });
    const length = textLength(fields);
    if (length) return plain({ ...without(fields, ['format']), ...length });
    const words = literals(fields);
    if (words) return { ...description(fields), type: 'string', enum: words };
    // `nullable` is of OpenAPI 3.0; in 3.1 the type null says it.
    // Examples stand beside the whole that they are an example of: see example.ts.
    const kept = Object.entries(without(fields, ['nullable', 'examples'])).filter(
      ([, field]) => field !== undefined,
    );
    return Object.fromEntries(kept.map(([key, field]) => [key, write(field)]));
  }

  return {
    write,
    components: () => Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function isSchema(value: unknown): value is TSchema {
  return typeof value === 'object' && value !== null && Kind in value;
}

/** Elysia writes a number of a query as "a text that is a number, or a number". */
function coercedNumber({ anyOf }: Record<string, unknown>): Record<string, unknown> | undefined {
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return undefined;
  const [text, number] = anyOf as Record<string, unknown>[];
  return text?.type === 'string' && (text.format === 'integer' || text.format === 'numeric')
    ? number
    : undefined;
}

/** The length of a text that we count ourselves. */
function textLength({ format }: Record<string, unknown>): Record<string, unknown> | undefined {
  if (typeof format !== 'string' || !format.startsWith(TEXT_FORMAT)) return undefined;
  const [minLength, maxLength] = format.slice(TEXT_FORMAT.length).split('-').map(Number);
  return { minLength, maxLength };
}

/** A union of words, which reads better as an enumeration. */
function literals({ anyOf }: Record<string, unknown>): Json[] | undefined {
  if (!Array.isArray(anyOf)) return undefined;
  const words = (anyOf as { const?: Json }[]).map((option) => option.const);
  return words.every((word) => typeof word === 'string') ? words : undefined;
}

function description({ description }: Record<string, unknown>): Record<string, Json> {
  return typeof description === 'string' ? { description } : {};
}

function without(fields: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}
