import { stat } from 'node:fs/promises';
import { DomainError } from '../../lib/errors.ts';

export interface Download {
  readonly path: string;
  readonly name: string;
  readonly contentType: string;
  readonly sha256: string | null;
}

/**
 * Answers a GET for a file, whole or in part: one range (RFC 9110, section 14), valid while the file is the same
 * (`If-Range`). Streams from the disk; nothing is read into memory.
 */
export async function download(file: Download, request: Request): Promise<Response> {
  const { size } = await stat(file.path).catch(() => {
    throw new DomainError('recording_file_gone', `"${file.name}" is not on the disk any more.`, {
      fix: 'Someone removed it beside didar. Delete the recording, or bring the file back.',
    });
  });
  const etag = `"${file.sha256 ?? size}"`;
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': `attachment; filename="${file.name.replace(/[^\w.-]/g, '_')}"`,
    'content-type': file.contentType,
    etag,
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const range = rangeOf(request, etag, size);
  if (range === 'whole') return new Response(Bun.file(file.path), { headers });
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  }
  const { from, to } = range;
  return new Response(Bun.file(file.path).slice(from, to + 1), {
    status: 206,
    headers: {
      ...headers,
      'content-range': `bytes ${from}-${to}/${size}`,
      'content-length': String(to - from + 1),
    },
  });
}

type Range = { readonly from: number; readonly to: number } | 'whole' | 'unsatisfiable';

/** Anything but one well-formed range of bytes is answered with the whole, as the RFC allows. */
function rangeOf(request: Request, etag: string, size: number): Range {
  const ifRange = request.headers.get('if-range');
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get('range') ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'whole';
  if (ifRange !== null && ifRange !== etag) return 'whole';
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (from >= size || (first === '' && Number(last) === 0)) return 'unsatisfiable';
  return from > to ? 'whole' : { from, to };
}
