import { EVENT_ID, type Event, getScalarValue, load, parseEvents, YAMLException } from 'js-yaml';
import { messageOf } from '../lib/errors.ts';

/** A document as values, the line of each key by its path (`server.port`), and what is wrong with the text itself. */
export interface YamlDocument {
  readonly value: unknown;
  readonly lines: ReadonlyMap<string, number>;
  readonly problems: readonly YamlProblem[];
}

export interface YamlProblem {
  readonly line?: number;
  readonly key?: string;
  readonly problem: string;
  readonly fix: string;
}

/** Reads one YAML 1.2 document; an empty text is an empty mapping. Never throws: what is wrong is in `problems`. */
export function readYaml(source: string): YamlDocument {
  try {
    const events = parseEvents(source, {});
    const { lines, problems } = locateKeys(events, source);
    const isEmpty = !events.some((event) => event.type !== EVENT_ID.DOCUMENT && event.type !== EVENT_ID.POP);
    // `json`: a key that is there twice is told by us, with both lines, instead of ending the reading.
    return { value: isEmpty ? {} : load(source, { json: true }), lines, problems };
  } catch (error) {
    return { value: {}, lines: new Map(), problems: [syntaxProblem(error)] };
  }
}

interface Frame {
  readonly kind: 'mapping' | 'sequence' | 'document';
  readonly path: string;
  key?: string;
  index: number;
  readonly seen: Map<string, number>;
}

/** Walks the parser's events: js-yaml's values know no lines, its events know offsets. */
function locateKeys(events: readonly Event[], source: string) {
  const lines = new Map<string, number>();
  const problems: YamlProblem[] = [];
  const lineAt = lineCounter(source);
  const stack: Frame[] = [];

  for (const event of events) {
    const parent = stack.at(-1);
    if (event.type === EVENT_ID.POP) {
      stack.pop();
    } else if (event.type === EVENT_ID.DOCUMENT) {
      stack.push({ kind: 'document', path: '', index: 0, seen: new Map() });
    } else if (parent?.kind === 'mapping' && parent.key === undefined && event.type === EVENT_ID.SCALAR) {
      const key = getScalarValue(source, event);
      const path = parent.path === '' ? key : `${parent.path}.${key}`;
      const line = lineAt(event.valueStart);
      const first = parent.seen.get(key);
      if (first === undefined) lines.set(path, line);
      else
        problems.push({
          line,
          key: path,
          problem: `${path} is already set in line ${first}`,
          fix: 'remove one',
        });
      parent.seen.set(key, first ?? line);
      parent.key = key;
    } else {
      const path = pathOfValue(parent);
      if (event.type === EVENT_ID.MAPPING) stack.push({ kind: 'mapping', path, index: 0, seen: new Map() });
      if (event.type === EVENT_ID.SEQUENCE) stack.push({ kind: 'sequence', path, index: 0, seen: new Map() });
    }
  }
  return { lines, problems };
}

/** The path of the value that comes next in `parent`, which then waits for its next key or item. */
function pathOfValue(parent: Frame | undefined): string {
  if (parent?.kind === 'sequence') return `${parent.path}[${parent.index++}]`;
  if (parent?.kind !== 'mapping' || parent.key === undefined) return '';
  const path = parent.path === '' ? parent.key : `${parent.path}.${parent.key}`;
  delete parent.key;
  return path;
}

/** Offsets must be asked for in ascending order, as events have them: a long file is then read once. */
function lineCounter(source: string): (offset: number) => number {
  let line = 1;
  let at = 0;
  return (offset) => {
    for (; at < offset; at++) {
      if (source[at] === '\n' || (source[at] === '\r' && source[at + 1] !== '\n')) line++;
    }
    return line;
  };
}

const FIXES: readonly (readonly [RegExp, string])[] = [
  [/tab characters/, 'indent with spaces'],
  [/deficient indentation/, 'indent it, or close the bracket above it'],
  [/indentation|end of the stream or a document separator/, 'give keys of one section the same indentation'],
  [/found more/, 'keep one document: remove the line ---'],
  [/unidentified alias/, 'put a text that starts with * in quotes'],
  [/unknown .*tag/, 'put a text that starts with ! in quotes'],
  [/escape sequence/, 'use single quotes, or write \\\\ for a backslash'],
  [/reserved indicator|can.t start|cannot start/, 'put the text in quotes'],
];

function syntaxProblem(error: unknown): YamlProblem {
  const reason = error instanceof YAMLException ? error.reason : messageOf(error);
  const line = error instanceof YAMLException && error.mark ? error.mark.line + 1 : undefined;
  const fix = FIXES.find(([pattern]) => pattern.test(reason))?.[1] ?? 'mend the YAML in or above this line';
  return { line, problem: `is not valid YAML: ${reason}`, fix };
}
