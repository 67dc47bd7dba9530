import { DomainError } from '../lib/errors.ts';

/** What Elysia hands to a parser: the type without its parameters, empty when there is none. */
interface Unparsed {
  readonly request: Request;
  readonly contentType: string;
}

/**
 * Reads the body of every route: a JSON object. Elysia's own parser takes a body that may be left out for left out
 * when it is broken, a word or a number, and takes forms where the contract says JSON.
 *
 * @returns null for an empty body; undefined leaves it to the route (the webhook has a type of its own)
 */
export async function readJsonBody({ request, contentType }: Unparsed): Promise<object | null | undefined> {
  if (contentType === 'application/json') return parseObject(await request.text());
  if (contentType.endsWith('+json') || (contentType === '' && request.body === null)) return undefined;
  throw new DomainError('media_type_unsupported', `The body is ${describe(contentType)}, not JSON.`, {
    fix: 'Send JSON with the header "Content-Type: application/json".',
  });
}

function parseObject(text: string): object | null {
  if (text === '') return null;
  const value = parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new DomainError('invalid_request', 'body: Expected object', {
    fix: 'Send a JSON object, as /openapi.json describes.',
    details: { errors: [{ in: 'body', field: '', expected: 'Expected object' }] },
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError('malformed_body', 'The body is not valid JSON.', {
      fix: 'Send what JSON.parse reads, as UTF-8.',
    });
  }
}

function describe(contentType: string): string {
  return contentType === '' ? 'of no type' : contentType.slice(0, 100);
}
