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
  if (NAMES.includes(key)) return `write it as a section: ${key.replaceAll('.', ': { ')}`;
  const parent = key.slice(0, key.lastIndexOf('.') + 1);
  const siblings = NAMES.filter(
    (name) => name.startsWith(parent) && !name.slice(parent.length).includes('.'),
  );
  const last = lastPart(key);
  const namesake = NAMES.find((name) => suggest(lastPart(name), [last]) && sameWord(lastPart(name), last));
  const near = namesake ?? suggest(key, siblings) ?? suggest(key, NAMES);
  return near ? `did you mean ${near}?` : 'remove it; "didar config show" lists the keys';
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
