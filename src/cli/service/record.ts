import { createHash } from 'node:crypto';
import { contentOf, type Machine } from './machine.ts';
import { PLACES } from './places.ts';

/** SHA-256 of what an installation wrote, by path. */
export type InstallRecord = Readonly<Record<string, string>>;

export async function readRecord(machine: Machine): Promise<InstallRecord> {
  const text = await contentOf(machine, PLACES.record);
  if (text === undefined) return {};
  try {
    return (JSON.parse(text) as { readonly files: InstallRecord }).files;
  } catch {
    // then everything counts as the operator's, and nothing is written over
    return {};
  }
}

export function showRecord(files: InstallRecord): string {
  return `${JSON.stringify({ files }, undefined, 2)}\n`;
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
