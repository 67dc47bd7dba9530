import { DomainError } from '../../lib/errors.ts';
import { type Header, MANIFEST_VERSION, type ManifestLine } from './manifest.ts';

export interface Manifest {
  readonly header: Header;
  /** Without the header. */
  readonly lines: readonly ManifestLine[];
}

/**
 * Reads a manifest as it lies on the disk, also that of a recorder that was killed: a torn line (the last, or one
 * that a full disk cut) is left out. Throws `manifest_unreadable` where no header is, `manifest_too_new` for a
 * version of a later didar.
 */
export async function readManifest(path: string): Promise<Manifest> {
  return parseManifest(await Bun.file(path).text(), path);
}

/** As `readManifest`, of its text; `name` is for the message. */
export function parseManifest(text: string, name: string): Manifest {
  const [header, ...lines] = text.split('\n').flatMap(parseLine);
  if (header?.type !== 'header') {
    throw new DomainError('manifest_unreadable', `${name} does not begin with a header`, {
      fix: 'its track files can still be played one by one',
    });
  }
  if (header.version > MANIFEST_VERSION) {
    throw new DomainError('manifest_too_new', `${name} was written by a newer didar`, {
      fix: 'upgrade didar, then try again',
    });
  }
  return { header, lines };
}

function parseLine(text: string): ManifestLine[] {
  try {
    const value: unknown = JSON.parse(text);
    return isLine(value) ? [value] : [];
  } catch {
    return []; // torn, or empty
  }
}

function isLine(value: unknown): value is ManifestLine {
  return typeof value === 'object' && value !== null && 'type' in value && 'at' in value;
}
