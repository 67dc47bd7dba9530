import { networkOf } from '../../lib/network-of.ts';
import type { DenialRow } from './repo.ts';

/** The denials in memory: every join, every signalling request and every reconcile asks, and most answers are no. */
export interface DenialIndex {
  put(row: DenialRow): void;
  remove(row: DenialRow): void;
  find(
    roomId: string,
    identity: string | undefined,
    address: string | undefined,
    now: number,
  ): DenialRow | undefined;
  get(id: string): DenialRow | undefined;
  /** Of this identity, its address's denials included. */
  of(roomId: string, identity: string): DenialRow[];
  expired(now: number): DenialRow[];
}

export function createDenialIndex(): DenialIndex {
  const byId = new Map<string, DenialRow>();
  const byTarget = new Map<string, DenialRow[]>();

  const inForce = (rows: DenialRow[] | undefined, now: number) =>
    rows?.find((row) => row.expiresAt === null || row.expiresAt > now);

  return {
    put(row) {
      byId.set(row.id, row);
      const target = targetOf(row);
      byTarget.set(target, [...(byTarget.get(target) ?? []), row]);
    },
    remove(row) {
      byId.delete(row.id);
      const target = targetOf(row);
      const rest = (byTarget.get(target) ?? []).filter(({ id }) => id !== row.id);
      if (rest.length > 0) byTarget.set(target, rest);
      else byTarget.delete(target);
    },
    find(roomId, identity, address, now) {
      if (byTarget.size === 0) return undefined;
      return (
        (identity === undefined ? undefined : inForce(byTarget.get(`${roomId} i ${identity}`), now)) ??
        (address === undefined ? undefined : inForce(byTarget.get(addressTarget(roomId, address)), now))
      );
    },
    get: (id) => byId.get(id),
    of: (roomId, identity) =>
      [...byId.values()].filter((row) => row.roomId === roomId && row.identity === identity),
    expired: (now) => [...byId.values()].filter((row) => row.expiresAt !== null && row.expiresAt <= now),
  };
}

/** A row with an address keeps the address out; its identity then only says whose it is. */
function targetOf({ roomId, identity, address }: DenialRow): string {
  return address === null ? `${roomId} i ${identity}` : addressTarget(roomId, address);
}

/** Who has one IPv6 address has its whole network, and takes another at will. */
const addressTarget = (roomId: string, address: string) => `${roomId} a ${networkOf(address)}`;
