import { suggest } from '../lib/suggest.ts';
import { ALL_KEYS, envNameOf, SECTIONS } from './keys.ts';

const NAMES = [...SECTIONS, ...ALL_KEYS.map(({ name }) => name), 'version'];

/** Top-level keys of LiveKit's own file, for those who hand us that one. */
const LIVEKIT_KEYS = new Set([
  'rtc',
  'keys',
  'key_file',
  'logging',
  'bind_addresses',
  'turn',
  'room',
  'webhook',
]);

/** What to do about a key that there is not: the key that was probably meant. */
export function fixUnknownKey(key: string): string {
  if (LIVEKIT_KEYS.has(key)) {
    return 'this is a key of livekit.yaml: remove it, or name such a file in livekit.configPath';
  }
  const last = lastPart(key);
  if (NAMES.includes(key)) return `write it in its section, indented: ${last}:`;
  const parent = key.slice(0, -last.length);
  const siblings = NAMES.filter((name) => name === parent + lastPart(name));
  const near =
    NAMES.find((name) => sameWord(lastPart(name), last)) ?? nearest(last, siblings) ?? nearest(last, NAMES);
  return near ? `did you mean ${near}?` : 'remove it; "didar config show" lists the keys';
}

/** By the last part alone: what stands before it is as right as it can be, and would make all siblings look alike. */
function nearest(last: string, names: readonly string[]): string | undefined {
  const word = suggest(last, names.map(lastPart));
  return names.find((name) => lastPart(name) === word);
}

/** The same for a variable. */
export function fixUnknownVariable(name: string): string {
  const near = suggest(
    name,
    ALL_KEYS.map((key) => key.env),
  );
  return near ? `did you mean ${near}?` : 'unset it; "didar config show" lists the keys';
}

/** Whether a variable is meant for us: in one of our sections, and not made by Kubernetes for a service named so. */
export function isOurVariable(name: string, value: string): boolean {
  const inSection = [...SECTIONS].some((section) => name.startsWith(`${envNameOf(section)}_`));
  const byKubernetes =
    /_SERVICE_(HOST|PORT)/.test(name) || /^(tcp|udp):\/\//.test(value) || /_PORT_\d+_/.test(name);
  return inSection && !byKubernetes;
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase().replace(/[_-]/g, '') === b.toLowerCase().replace(/[_-]/g, '');
}
