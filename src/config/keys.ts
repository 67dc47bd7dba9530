import { isKey, type Key } from './key.ts';
import { KEYS } from './table.ts';

/** A key with its names. */
export interface NamedKey extends Key<unknown> {
  /** `livekit.turn.udpPort` */
  readonly name: string;
  /** `DIDAR_LIVEKIT_TURN_UDP_PORT` */
  readonly env: string;
}

/** The table as a list, in its order. */
export const ALL_KEYS: readonly NamedKey[] = flatten(KEYS);

export const SECTIONS: ReadonlySet<string> = new Set(
  ALL_KEYS.flatMap(({ name }) => {
    const parts = name.split('.').slice(0, -1);
    return parts.map((_, i) => parts.slice(0, i + 1).join('.'));
  }),
);

/** `livekit.turn.udpPort` becomes `DIDAR_LIVEKIT_TURN_UDP_PORT`, `nodeIP` `…_NODE_IP`. */
export function envNameOf(name: string): string {
  const words = name
    .replace(/\./g, '_')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2');
  return `DIDAR_${words.toUpperCase()}`;
}

function flatten(table: object, prefix = ''): NamedKey[] {
  return Object.entries(table).flatMap(([part, node]: [string, object]) => {
    const name = prefix === '' ? part : `${prefix}.${part}`;
    return isKey(node) ? [{ ...node, name, env: envNameOf(name) }] : flatten(node, name);
  });
}
