import type { Statement } from './ruleset.ts';

/** The first packet of somebody elsewhere to a port of ours. */
export interface Packet {
  readonly protocol: 'tcp' | 'udp';
  readonly port: number;
  readonly family: 'ip' | 'ip6';
  /** The interface that it comes in by. */
  readonly iifname: string;
}

/** `maybe`: it depends on what we can't know, or is said in words that we don't know. */
export type Answer = 'yes' | 'no' | 'maybe';

type Elements = readonly unknown[];
/** The elements of a set of the rule's table, by its name. */
export type SetLookup = (name: string) => Elements | undefined;

interface MatchExpression {
  readonly op: string;
  readonly left: unknown;
  readonly right: unknown;
}

/** Statements that let every packet on to the next one. */
const IDLE: readonly string[] = ['counter', 'log', 'comment', 'mangle', 'notrack', 'quota', 'last'];

/** Whether a condition of a rule holds for a packet. */
export function holds(statement: Statement, packet: Packet, sets: SetLookup): Answer {
  const { match } = statement as { readonly match?: MatchExpression };
  if (match === undefined)
    return Object.keys(statement).every((name) => IDLE.includes(name)) ? 'yes' : 'maybe';
  const value = fieldOf(match.left, packet);
  if (value === 'unknown') return 'maybe';
  if (value === 'other') return match.op === '!=' ? 'yes' : 'no';
  // Another protocol has no such field: the rule is not about this packet.
  if (value === undefined) return 'no';
  return compare(match.op, value, match.right, sets);
}

type Value = string | number;

/** `other`: a value that one may have, and most have not (a source address). `undefined`: there is no such field. */
export function fieldOf(left: unknown, packet: Packet): Value | 'other' | 'unknown' | undefined {
  const { meta, payload, ct } = left as Readonly<
    Record<string, Readonly<Record<string, unknown>> | undefined>
  >;
  if (meta !== undefined) return metaValue(meta.key, packet);
  if (ct !== undefined) return ct.key === 'state' ? 'new' : 'unknown';
  if (payload !== undefined) return payloadValue(payload, packet);
  return 'unknown';
}

function metaValue(key: unknown, { protocol, family, iifname }: Packet): Value | 'unknown' {
  switch (key) {
    case 'l4proto':
      return protocol;
    case 'nfproto':
      return family === 'ip' ? 'ipv4' : 'ipv6';
    case 'protocol':
      return family;
    case 'iifname':
    case 'iif':
      return iifname;
    default:
      return 'unknown';
  }
}

function payloadValue(
  { protocol, field }: Readonly<Record<string, unknown>>,
  packet: Packet,
): Value | 'other' | 'unknown' | undefined {
  if (protocol === 'th' || protocol === packet.protocol) return field === 'dport' ? packet.port : 'unknown';
  if (protocol === 'ip' || protocol === 'ip6') {
    if (protocol !== packet.family) return undefined;
    if (field === 'protocol' || field === 'nexthdr') return packet.protocol;
    return field === 'saddr' ? 'other' : 'unknown';
  }
  return undefined;
}

function compare(op: string, value: Value, right: unknown, sets: SetLookup): Answer {
  const isIn = contains(right, value, sets);
  switch (op) {
    case '==':
    case 'in':
      return isIn;
    case '!=':
      return isIn === 'maybe' ? 'maybe' : isIn === 'yes' ? 'no' : 'yes';
    case '<':
      return answer(Number(value) < Number(right));
    case '>':
      return answer(Number(value) > Number(right));
    case '<=':
      return answer(Number(value) <= Number(right));
    case '>=':
      return answer(Number(value) >= Number(right));
    default:
      return 'maybe';
  }
}

/** Whether a value is what stands on the right: itself, a range, a set, a list of flags, or a named set. */
export function contains(right: unknown, value: Value, sets: SetLookup): Answer {
  if (typeof right === 'number') return answer(right === value);
  if (typeof right === 'string') {
    if (!right.startsWith('@')) return answer(matchesName(right, value));
    const elements = sets(right.slice(1));
    return elements === undefined ? 'maybe' : anyOf(elements, value, sets);
  }
  if (Array.isArray(right)) return anyOf(right, value, sets);
  const { range, set, elem } = right as Readonly<Record<string, unknown>>;
  if (Array.isArray(range))
    return answer(Number(range[0]) <= Number(value) && Number(value) <= Number(range[1]));
  if (Array.isArray(set)) return anyOf(set, value, sets);
  if (elem !== undefined) return contains((elem as { readonly val: unknown }).val, value, sets);
  return 'maybe';
}

function anyOf(elements: Elements, value: Value, sets: SetLookup): Answer {
  const answers = elements.map((element) => contains(element, value, sets));
  return answers.includes('yes') ? 'yes' : answers.includes('maybe') ? 'maybe' : 'no';
}

/** `eth*` stands for all interfaces whose names begin so. */
function matchesName(pattern: string, value: Value): boolean {
  return pattern.endsWith('*') ? String(value).startsWith(pattern.slice(0, -1)) : pattern === value;
}

function answer(yes: boolean): Answer {
  return yes ? 'yes' : 'no';
}
