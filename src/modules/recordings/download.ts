import type { Content } from './content.ts';

export interface Download {
  readonly content: Content;
  readonly name: string;
  readonly contentType: string;
  readonly sha256: string | null;
}

/**
 * Answers a GET for a file, whole or in part: one range (RFC 9110, section 14), valid while the file is the same
 * (`If-Range`). Streams; nothing is read into memory as a whole.
 */
export async function download(file: Download, request: Request): Promise<Response> {
  const size = await file.content.size();
  const etag = `"${file.sha256 ?? size}"`;
  const headers: Record<string, string> = {
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': `attachment; filename="${safeName(file.name)}"`,
    'content-type': file.contentType,
    etag,
  };
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers });
  const range = rangeOf(request, etag, size);
  if (range === 'unsatisfiable') {
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } });
  }
  const { from, to } = range === 'whole' ? { from: 0, to: size - 1 } : range;
  return new Response(file.content.read(from, to), {
    status: range === 'whole' ? 200 : 206,
    headers: {
      ...headers,
      ...(range !== 'whole' && { 'content-range': `bytes ${from}-${to}/${size}` }),
      'content-length': String(to - from + 1),
    },
  });
}

/** Fit for a header. */
export function safeName(name: string): string {
  return name.replace(/[^\w.-]/g, '_');
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
