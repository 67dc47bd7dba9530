import type { Pair } from '../authority.ts';

/** The answers that an authority will look for while it checks that the name is ours. */
export interface Challenges {
  readonly http: Map<string, string>;
  readonly alpn: Map<string, Pair>;
}

export function createChallenges(): Challenges {
  return { http: new Map(), alpn: new Map() };
}
