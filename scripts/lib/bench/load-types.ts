export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly json: unknown;
  readonly token?: string;
  readonly connections: number;
  /** Between an answer and the next request of its connection; 0 when left out. */
  readonly pauseMs?: number;
  readonly warmUpMs: number;
  readonly forMs: number;
}

export interface LoadResult {
  /** Successful answers. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  readonly firstFailure?: string;
  /** Cores that the generator itself used: near 1, it was the bottleneck and not the server. */
  readonly ownCpu: number;
}
