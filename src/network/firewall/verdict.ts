import { contains, fieldOf, holds, type Packet, type SetLookup } from './matching.ts';
import { type Chain, isSameTable, type Ruleset, type Statement, setKey } from './ruleset.ts';

/** `unclear`: it depends on what we can't know, such as who sends it or how often. */
export type Reach = 'open' | 'closed' | 'unclear';

type End = 'accept' | 'drop' | 'return';
interface Verdict {
  readonly end: End | 'jump' | 'goto';
  readonly target?: string;
}

/** A verdict, and whether all conditions before it hold for sure. */
interface Conditional {
  readonly verdict: Verdict;
  readonly certain: boolean;
}

const HOOKS: readonly unknown[] = ['prerouting', 'input'];
const FAMILIES: Readonly<Record<Packet['family'], readonly string[]>> = {
  ip: ['ip', 'inet'],
  ip6: ['ip6', 'inet'],
};
/** Chains that call one another in circles are refused by the kernel, which allows this depth. */
const MAX_DEPTH = 16;

/** Whether the rules let a packet in. Every base chain on its way must accept it; one that drops it is enough. */
export function reachThrough(ruleset: Ruleset, packet: Packet): Reach {
  const bases = ruleset.chains.filter(
    ({ type, hook, family }) =>
      type === 'filter' && HOOKS.includes(hook) && FAMILIES[packet.family].includes(family),
  );
  const ends = bases.map((chain) => {
    const policy: End = chain.policy === 'drop' ? 'drop' : 'accept';
    return new Set([...walk(chain, packet, ruleset, 0)].map((end) => (end === 'return' ? policy : end)));
  });
  if (ends.some((possible) => possible.size === 1 && possible.has('drop'))) return 'closed';
  return ends.every((possible) => !possible.has('drop')) ? 'open' : 'unclear';
}

/** All ways in which a chain may end for a packet; `return` when it has no say. */
function walk(chain: Chain, packet: Packet, ruleset: Ruleset, depth: number): Set<End> {
  const possible = new Set<End>();
  const sets: SetLookup = (name) => ruleset.sets.get(setKey(chain, name));
  for (const rule of chain.rules) {
    for (const { verdict, certain } of verdictsOf(rule, packet, sets)) {
      const ends = follow(verdict, chain, packet, ruleset, depth);
      const goesOn = verdict.end === 'jump' && ends.has('return');
      for (const end of ends) if (!(goesOn && end === 'return')) possible.add(end);
      if (certain && !goesOn) return possible;
    }
  }
  return possible.add('return');
}

function follow(
  { end, target }: Verdict,
  from: Chain,
  packet: Packet,
  ruleset: Ruleset,
  depth: number,
): Set<End> {
  if (end !== 'jump' && end !== 'goto') return new Set([end]);
  const chain = ruleset.chains.find((each) => isSameTable(each, from) && each.name === target);
  if (chain === undefined || depth >= MAX_DEPTH) return new Set<End>(['accept', 'drop', 'return']);
  return walk(chain, packet, ruleset, depth + 1);
}

/** The verdict of a rule for a packet, if its conditions hold, or may. */
function* verdictsOf(
  rule: readonly Statement[],
  packet: Packet,
  sets: SetLookup,
): Generator<Conditional, void> {
  let certain = true;
  for (const statement of rule) {
    const verdict = verdictIn(statement);
    if (verdict !== undefined) return yield { verdict, certain };
    if ('vmap' in statement) return yield* mapped(statement.vmap, packet, sets, certain);
    const held = holds(statement, packet, sets);
    if (held === 'no') return;
    certain &&= held === 'yes';
  }
}

/** A verdict map: the verdict that belongs to a value. */
function* mapped(
  vmap: unknown,
  packet: Packet,
  sets: SetLookup,
  certain: boolean,
): Generator<Conditional, void> {
  const { key, data } = vmap as { readonly key: unknown; readonly data: unknown };
  const value = fieldOf(key, packet);
  if (value === undefined) return;
  const named = typeof data === 'string' ? sets(data.replace(/^@/, '')) : undefined;
  const entries = named ?? (data as { readonly set?: readonly unknown[] }).set ?? [];
  for (const entry of entries as readonly (readonly [unknown, Statement])[]) {
    const held = value === 'unknown' || value === 'other' ? 'maybe' : contains(entry[0], value, sets);
    const verdict = verdictIn(entry[1]);
    if (held !== 'no' && verdict) yield { verdict, certain: certain && held === 'yes' };
  }
}

function verdictIn(statement: Statement): Verdict | undefined {
  if ('accept' in statement) return { end: 'accept' };
  if ('drop' in statement || 'reject' in statement) return { end: 'drop' };
  if ('return' in statement) return { end: 'return' };
  for (const end of ['jump', 'goto'] as const) {
    if (end in statement) return { end, target: (statement[end] as { readonly target: string }).target };
  }
  return undefined;
}
