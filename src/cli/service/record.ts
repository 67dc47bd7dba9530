import { createHash } from 'node:crypto';
import { contentOf, type Machine } from './machine.ts';
import { PLACES } from './places.ts';

/** What was opened in a firewall, for an uninstallation to close again. */
export interface OpenedPorts {
  readonly by: 'ufw' | 'firewalld' | 'nftables';
  /** As `443/tcp`, `50000-60000/udp`. */
  readonly ports: readonly string[];
}

/** What the installations did that the next one, or its end, has to know. */
export interface InstallRecord {
  /** SHA-256 of what was written, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly opened?: OpenedPorts | undefined;
}

export async function readRecord(machine: Machine): Promise<InstallRecord> {
  const text = await contentOf(machine, PLACES.record);
  if (text === undefined) return { files: {} };
  try {
    return JSON.parse(text) as InstallRecord;
  } catch {
    // then everything counts as the operator's, and nothing is written over
    return { files: {} };
  }
}

export function showRecord(record: InstallRecord): string {
  return `${JSON.stringify(record, undefined, 2)}\n`;
}

/** What was opened before, and now. */
export function mergeOpened(
  before: OpenedPorts | undefined,
  now: OpenedPorts | undefined,
): OpenedPorts | undefined {
  if (now === undefined) return before;
  return { by: now.by, ports: [...new Set([...(before?.by === now.by ? before.ports : []), ...now.ports])] };
}

export function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** `theirs`: the operator changed it since we wrote it, or wrote it first. */
export function judgeFile(
  found: string | undefined,
  wanted: string,
  recorded: string | undefined,
): 'write' | 'same' | 'theirs' {
  if (found === undefined) return 'write';
  if (found === wanted) return 'same';
  return hashOf(found) === recorded ? 'write' : 'theirs';
}
