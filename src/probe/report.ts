/** How media travels, in the order in which a client prefers it. */
export const MEDIA_PATHS = ['udp', 'tcp', 'turn-udp', 'turn-tls'] as const;
export type MediaPath = (typeof MEDIA_PATHS)[number];

/** `warning`: works, but something about it is wrong; `skipped`: not there to be tried, evidence says why. */
export type RowState = 'ok' | 'warning' | 'failed' | 'skipped';

/** One thing that was tried. */
export interface Row {
  /** Stable: `dns`, `tls`, `path-udp`. */
  readonly id: string;
  readonly title: string;
  readonly state: RowState;
  /** How long it took; for a path, from the first packet of signalling until data can flow. */
  readonly ms: number;
  /** What was seen. */
  readonly evidence: string;
  /** What to do when it isn't as it should be, else null. */
  readonly fix: string | null;
  /** Of a path that works. */
  readonly quality?: Quality;
}

/** Of packets that went to the server and back, none of them sent again. */
export interface Quality {
  /** Milliseconds, the median. */
  readonly rttMs: number;
  /** 0 to 100; a packet counts as lost when it or its answer is. */
  readonly lossPercent: number;
  readonly packets: number;
}

export interface Verdict {
  /** What a client on this machine would use; null when no path works or none was tried with a join. */
  readonly path: MediaPath | null;
  readonly text: string;
  /** The one thing to do first; null when nothing is to be done. */
  readonly fix: string | null;
}

export interface Report {
  readonly url: string;
  /** Nothing answers there at all. */
  readonly reachable: boolean;
  readonly ok: boolean;
  readonly rows: readonly Row[];
  readonly verdict: Verdict;
}
