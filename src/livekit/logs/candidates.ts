/** An end of an ICE path as livekit logs it. Remote addresses that are not private lose their last characters there. */
export interface Candidate {
  readonly side: 'local' | 'remote';
  readonly protocol: 'udp' | 'tcp';
  readonly type: string;
  readonly address: string;
  readonly port: number;
  /** The highest is the one in use; missing: never selected. */
  readonly selected?: number;
}

const CANDIDATE =
  /^\[(local|remote)\](?:\[selected:(\d+)\])?(?:\[\w+\])* (udp|tcp)[46]? (\w+) (\S+):(\d+)(?: |$)/;

/** `[remote][selected:1][trickle] udp host 192.0....:42614`, as `participant active` and its like carry them. */
export function parseCandidate(text: string): Candidate | undefined {
  const [, side, selected, protocol, type, address, port] = CANDIDATE.exec(text) ?? [];
  if (side === undefined || protocol === undefined || type === undefined || address === undefined)
    return undefined;
  return {
    side: side === 'local' ? 'local' : 'remote',
    protocol: protocol === 'tcp' ? 'tcp' : 'udp',
    type,
    address: address.replace(/^\[|\]$/g, ''),
    port: Number(port),
    ...(selected !== undefined && { selected: Number(selected) }),
  };
}

/** The remote end in use; undefined when none was ever selected. */
export function selectedRemote(candidates: readonly Candidate[]): Candidate | undefined {
  return candidates
    .filter(({ side, selected }) => side === 'remote' && selected !== undefined)
    .sort((a, b) => (a.selected ?? 0) - (b.selected ?? 0))
    .at(-1);
}
