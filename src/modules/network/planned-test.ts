import type { SelfTest } from './model.ts';

/** What one exchange with a port of ours has shown. */
export interface Seen {
  readonly evidence: string;
  /** Milliseconds to the answer. */
  readonly ms: number;
  /** The address that the server saw us come from. */
  readonly mapped?: string;
}

/** A test that can be made now. */
export interface PlannedTest extends Pick<SelfTest, 'name' | 'title'> {
  /** @throws DomainError whose message is the evidence, with a fix */
  run(): Promise<Seen>;
}

/** One that can't, and why. */
export interface SkippedTest extends Pick<SelfTest, 'name' | 'title'> {
  readonly why: string;
}
