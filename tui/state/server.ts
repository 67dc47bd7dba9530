import type { Endpoint } from '../api/endpoint.ts';

/** A server that the dashboard can show: the one of this machine, or one elsewhere. */
export interface Server {
  /** How it is called, unlike every other: `this machine`, the name of a profile, a host. */
  readonly name: string;
  /** The host of its address where the name is another; else empty. */
  readonly address: string;
  /** The one that this dashboard started, if it has started any. */
  readonly isLocal: boolean;
  /** A mistake costs most there: its name stands out. */
  readonly isProduction: boolean;
  /** The way to it, once it was tried. Throws what keeps it from being reached, ready to be shown. */
  open(): Promise<Endpoint>;
}
