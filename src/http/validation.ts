import type { ValidationError } from 'elysia';
import type { ProblemSource } from './problems.ts';

/** How many faults of one request are told. */
const MAX_FAULTS = 20;
const MAX_FIELD_LENGTH = 100;

interface Fault {
  /** body, query, params, headers */
  readonly in: string;
  /** `permissions.publish.0`; empty for the whole */
  readonly field: string;
  readonly expected: string;
}

/** TypeBox's error, as far as it is used here. Its `value` is left alone: it may be a password. */
interface TypeBoxFault {
  readonly path: string;
  readonly message: string;
  readonly schema: ChoiceSchema & { readonly description?: string };
}

interface ChoiceSchema {
  readonly anyOf?: readonly ChoiceSchema[];
  readonly const?: unknown;
  readonly type?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What is wrong with a request, field by field, without repeating what was sent. */
export function validationProblem(error: ValidationError): ProblemSource {
  if (error.type === 'body' && (error.value === undefined || error.value === null)) {
    return { code: 'body_missing', detail: 'This needs a JSON body.', fix: 'Send a JSON object.' };
  }
  const faults = faultsOf(error);
  const [first] = faults;
  const where = first ? [first.in, first.field].filter(Boolean).join('.') : error.type;
  return {
    code: 'invalid_request',
    detail: `${where}: ${first?.expected ?? 'not as it should be'}`,
    fix: 'Send what /openapi.json describes.',
    details: { errors: faults },
  };
}

function faultsOf(error: ValidationError): Fault[] {
  const found = new Map<string, Fault>();
  const all = 'Errors' in error.validator ? error.validator.Errors(error.value) : [];
  for (const fault of all as Iterable<TypeBoxFault>) {
    const field = fault.path.slice(1).replaceAll('/', '.').slice(0, MAX_FIELD_LENGTH);
    if (!found.has(field)) found.set(field, { in: error.type, field, expected: expectation(fault) });
    if (found.size >= MAX_FAULTS) break;
  }
  return [...found.values()];
}

function expectation({ message, schema }: TypeBoxFault): string {
  const choices = new Set(schema.anyOf?.flatMap(choicesOf));
  if (choices.size > 0) return `Expected one of: ${[...choices].join(', ')}`;
  return schema.description ?? message;
}

/** What a schema takes, in words. A number is to Elysia a choice too, of itself and of a text that holds one. */
function choicesOf({ anyOf, const: value, type, format, minimum, maximum }: ChoiceSchema): string[] {
  if (anyOf) return anyOf.flatMap(choicesOf);
  if (value !== undefined) return [String(value)];
  if (type === undefined || (type === 'string' && format !== undefined)) return [];
  const from = minimum === undefined ? '' : ` from ${minimum}`;
  const to = maximum === undefined ? '' : ` to ${maximum}`;
  return [`${type}${from}${to}`];
}
