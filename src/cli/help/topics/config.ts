import { ALL_KEYS } from '../../../config/keys.ts';
import { SYSTEM_CONFIG } from '../../../config/locations.ts';
import { shownDefault } from '../../../config/shown-default.ts';
import { definitions } from '../layout.ts';

const plain = (text: string): string => text.replaceAll('`', '');

/** `didar help config`. */
export function configTopic(): string {
  const keys = ALL_KEYS.map((key): readonly [string, string] => {
    const value = plain(shownDefault(key));
    return [value === '' ? key.name : `${key.name}  (${value})`, plain(key.doc)];
  });
  return `CONFIGURATION

Nothing has to be configured. What is, comes from a YAML file, over it the
environment, over it the flags of "didar serve". The file is the first of
  --config FILE, DIDAR_CONFIG, ~/.config/didar/config.yaml (not as root),
  ${SYSTEM_CONFIG}

  # ${SYSTEM_CONFIG}
  server:
    host: meet.example.org
    tls: { mode: acme, email: you@example.org }

Durations are written 30s, 10m, 12h, 30d. A change takes effect with the next
start.
  didar config check        every fault with its key, line, value and fix
  didar config show         the values in effect, and where each comes from

KEYS, each with its default

${definitions(keys)}`;
}
