/** A part of a rule: a condition, a verdict, or something that decides nothing, such as a counter. */
export type Statement = Readonly<Record<string, unknown>>;

/** What `nft -j list ruleset` tells (libnftables-json(5)), as far as it decides whether a packet comes in. */
export interface Ruleset {
  readonly chains: readonly Chain[];
  /** Elements of named sets and maps, by `setKey`. */
  readonly sets: ReadonlyMap<string, readonly unknown[]>;
}

export interface Table {
  readonly family: string;
  readonly table: string;
}

export interface Chain extends Table {
  readonly name: string;
  /** Of base chains: where packets come in to it. */
  readonly hook?: string;
  readonly type?: string;
  readonly policy?: string;
  readonly rules: readonly (readonly Statement[])[];
}

type Item = Table & Readonly<Record<string, unknown>>;

/** Reads nft's JSON; rules with the comment `leftOut` count as if they weren't there. */
export function parseRuleset(json: string, leftOut?: string): Ruleset {
  const { nftables } = JSON.parse(json) as { readonly nftables: readonly Readonly<Record<string, Item>>[] };
  const rules = nftables
    .flatMap(({ rule }) => rule ?? [])
    .filter(({ comment }) => leftOut === undefined || comment !== leftOut);
  const chains = nftables.flatMap(({ chain }) => chain ?? []);
  const sets = nftables.flatMap(({ set, map }) => set ?? map ?? []);
  return {
    chains: chains.map((chain) => ({
      ...({ hook: chain.hook, type: chain.type, policy: chain.policy } as Pick<
        Chain,
        'hook' | 'type' | 'policy'
      >),
      family: chain.family,
      table: chain.table,
      name: String(chain.name),
      rules: rules
        .filter((rule) => isSameTable(rule, chain) && rule.chain === chain.name)
        .map(({ expr }) => expr as readonly Statement[]),
    })),
    sets: new Map(
      sets.map((set) => [setKey(set, String(set.name)), (set.elem as unknown[] | undefined) ?? []]),
    ),
  };
}

export function setKey({ family, table }: Table, name: string): string {
  return `${family} ${table} ${name}`;
}

export function isSameTable(a: Table, b: Table): boolean {
  return a.family === b.family && a.table === b.table;
}
