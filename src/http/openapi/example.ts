import { Kind, OptionalKind, type TSchema } from '@sinclair/typebox';
import { TEXT_FORMAT } from '../../lib/schema.ts';
import type { Json } from './schemas.ts';

const TIME = '2026-01-31T12:00:00.000Z';
const TEXT = 'Some text';

/**
 * A value that a schema allows, for the contract: its own `examples` first, else one made from its type. A pattern can't
 * be guessed: a text with one needs `examples`, which a test holds.
 */
export function exampleOf(schema: TSchema): Json {
  const { examples, default: usual, const: only, anyOf, allOf, type } = schema as Record<string, unknown>;
  if (Array.isArray(examples) && examples.length > 0) return examples[0] as Json;
  if (usual !== undefined) return usual as Json;
  if (only !== undefined) return only as Json;
  const [part] = [anyOf, allOf].filter(Array.isArray).map(choice);
  if (part) return exampleOf(part);
  switch (type) {
    case 'object':
      return objectExample(schema);
    case 'array':
      return [exampleOf(schema.items as TSchema)];
    case 'string':
      return textExample(schema);
    case 'integer':
    case 'number':
      return Math.max(1, Number(schema.minimum ?? 1));
    case 'boolean':
      return true;
    default:
      return null;
  }
}

/** Of a query's number, which Elysia also takes as a text, the number. */
function choice(parts: readonly TSchema[]): TSchema | undefined {
  return parts.find(
    (part) => part[Kind] !== 'Null' && part.format !== 'integer' && part.format !== 'numeric',
  );
}

/** What is needed, and what says itself how it looks; where nothing is and one thing must be, the first. */
function objectExample(schema: TSchema): Json {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, TSchema>);
  const shown = properties.filter(([, each]) => !(OptionalKind in each) || each.examples !== undefined);
  const filled = shown.length > 0 || !schema.minProperties ? shown : properties.slice(0, 1);
  return Object.fromEntries(filled.map(([name, each]) => [name, exampleOf(each)]));
}

function textExample({ format = '', minLength = 0, maxLength = TEXT.length }: TSchema): string {
  if (format === 'date-time') return TIME;
  const [min, max] = format.startsWith(TEXT_FORMAT)
    ? format.slice(TEXT_FORMAT.length).split('-').map(Number)
    : [minLength, maxLength];
  return TEXT.padEnd(min, '.').slice(0, max);
}
