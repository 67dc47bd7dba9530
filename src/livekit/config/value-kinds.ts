import type { KeyKind } from './known-keys.ts';

/** What to write instead of a value of the wrong kind. */
const EXPECTED: Readonly<Record<KeyKind, string>> = {
  bool: 'true or false',
  int: 'a whole number',
  float: 'a number',
  text: 'a text',
  duration: 'a duration such as 5s or 100ms',
  ports: 'a port or a range such as 50000-60000',
  list: 'a list',
  map: 'a section with keys of its own',
  open: 'a section with keys of its own',
};

/** yaml.v3 takes YAML 1.1 words where a Go bool is expected. */
const BOOL_WORDS = /^(?:true|false|yes|no|on|off|y|n)$/i;
const GO_DURATION = /^-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
const PORTS = /^\d+(?:\s*-\s*\d+)?$/;

/** What livekit-server expects instead; undefined when the value will do. An empty value always does. */
export function mismatch(value: unknown, kind: KeyKind): string | undefined {
  return value === null || value === undefined || FITS[kind](value) ? undefined : EXPECTED[kind];
}

const FITS: Readonly<Record<KeyKind, (value: unknown) => boolean>> = {
  bool: (value) => typeof value === 'boolean' || (typeof value === 'string' && BOOL_WORDS.test(value)),
  int: (value) => Number.isInteger(value),
  float: (value) => typeof value === 'number',
  // Go takes any scalar for a string.
  text: (value) => typeof value !== 'object',
  duration: (value) => Number.isInteger(value) || (typeof value === 'string' && GO_DURATION.test(value)),
  ports: (value) => Number.isInteger(value) || (typeof value === 'string' && PORTS.test(value)),
  list: Array.isArray,
  map: isMapping,
  open: isMapping,
};

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
