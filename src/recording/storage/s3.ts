import { DomainError } from '../../lib/errors.ts';
import { refusalOf } from './s3-error.ts';
import { createS3Request, presign, type S3RequestOptions } from './s3-request.ts';
import { elements, textOf } from './xml.ts';

const HTTP_OK = 200;

/** An upload in parts that S3 knows of: it outlives this process, and takes room until it is completed or ended. */
export interface OpenUpload {
  readonly key: string;
  readonly id: string;
}

export interface Part {
  /** From 1. */
  readonly number: number;
  readonly etag: string;
  readonly bytes: number;
}

export interface ObjectFacts {
  readonly bytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** What we gave with it as its checksum. */
  readonly sha256: string | null;
}

export interface NewObject {
  readonly key: string;
  readonly contentType: string;
  readonly sha256: string;
}

/** The part of S3 that recordings need. Every call throws the errors of `createS3Request`. */
export interface S3 {
  put(object: NewObject, body: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<void>;
  beginUpload(object: NewObject): Promise<OpenUpload>;
  putPart(
    upload: OpenUpload,
    number: number,
    body: Uint8Array<ArrayBuffer>,
    signal?: AbortSignal,
  ): Promise<string>;
  /** What S3 has of an upload. Throws `upload_missing` for one that it doesn't know any more. */
  parts(upload: OpenUpload): Promise<readonly Part[]>;
  completeUpload(upload: OpenUpload, parts: readonly Pick<Part, 'number' | 'etag'>[]): Promise<void>;
  /** Fine for one that is gone. */
  abortUpload(upload: OpenUpload): Promise<void>;
  /** Uploads in parts that were begun and not ended, of keys that begin so. */
  openUploads(prefix: string): Promise<readonly OpenUpload[]>;
  /** Undefined where there is no such object. */
  head(key: string): Promise<ObjectFacts | undefined>;
  /** Bytes `from` to `to`, both included. */
  read(key: string, from: number, to: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
  /** Fine for one that is gone. */
  delete(key: string): Promise<void>;
  /** Keys that begin so, in pages of up to 1,000. */
  list(prefix: string): AsyncGenerator<string>;
  /** A link that lets whoever has it download one object for some seconds. */
  presign(key: string, download: { seconds: number; name: string; contentType: string }): Promise<string>;
}

export function createS3(options: S3RequestOptions): S3 {
  const { settings, clock } = options;
  const request = createS3Request(options);
  const xmlOf = async (...wanted: Parameters<typeof request>) =>
    new TextDecoder().decode((await request(...wanted)).body);
  const described = ({ contentType, sha256 }: NewObject) => ({
    'content-type': contentType,
    'x-amz-meta-sha256': sha256,
  });

  return {
    async put(object, body, signal) {
      await request({ method: 'PUT', key: object.key, headers: described(object), body, signal });
    },

    async beginUpload(object) {
      const { key } = object;
      const xml = await xmlOf({ method: 'POST', key, query: { uploads: '' }, headers: described(object) });
      return { key, id: textOf(xml, 'UploadId') };
    },

    async putPart({ key, id }, number, body, signal) {
      const query = { partNumber: String(number), uploadId: id };
      const { headers } = await request({ method: 'PUT', key, query, body, signal });
      return unquoted(headers.get('etag') ?? '');
    },

    async parts({ key, id }) {
      const found: Part[] = [];
      for (let after = '0'; after !== ''; ) {
        const query = { uploadId: id, 'part-number-marker': after };
        const xml = await xmlOf({ method: 'GET', key, query });
        for (const part of elements(xml, 'Part')) {
          found.push({
            number: Number(textOf(part, 'PartNumber')),
            etag: unquoted(textOf(part, 'ETag')),
            bytes: Number(textOf(part, 'Size')),
          });
        }
        after = textOf(xml, 'IsTruncated') === 'true' ? textOf(xml, 'NextPartNumberMarker') : '';
      }
      return found;
    },

    async completeUpload({ key, id }, parts) {
      const list = parts.map(
        ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>"${etag}"</ETag></Part>`,
      );
      const body = new TextEncoder().encode(
        `<CompleteMultipartUpload>${list.join('')}</CompleteMultipartUpload>`,
      );
      const xml = await xmlOf({ method: 'POST', key, query: { uploadId: id }, body });
      // S3 answers 200 before it has put the parts together, and may then say in the body that it could not.
      if (elements(xml, 'Error').length > 0) throw refusalOf(settings, HTTP_OK, xml);
    },

    async abortUpload({ key, id }) {
      await unlessMissing(request({ method: 'DELETE', key, query: { uploadId: id } }), 'upload_missing');
    },

    async openUploads(prefix) {
      const xml = await xmlOf({ method: 'GET', query: { uploads: '', prefix } });
      return elements(xml, 'Upload').map((upload) => ({
        key: textOf(upload, 'Key'),
        id: textOf(upload, 'UploadId'),
      }));
    },

    async head(key) {
      const answer = await unlessMissing(
        request({ method: 'HEAD', key }).catch(async (refusal: unknown) => {
          // An answer to HEAD has no body to say why in.
          if (isRefused(refusal)) await request({ method: 'GET', key, headers: { range: 'bytes=0-0' } });
          throw refusal;
        }),
        'object_missing',
      );
      return (
        answer && {
          bytes: Number(answer.headers.get('content-length')),
          etag: unquoted(answer.headers.get('etag') ?? ''),
          sha256: answer.headers.get('x-amz-meta-sha256'),
        }
      );
    },

    async read(key, from, to, signal) {
      const headers = { range: `bytes=${from}-${to}` };
      return (await request({ method: 'GET', key, headers, signal })).body;
    },

    async delete(key) {
      await unlessMissing(request({ method: 'DELETE', key }), 'object_missing');
    },

    async *list(prefix) {
      for (let token: string | undefined = ''; token !== undefined; ) {
        const more: Record<string, string> = token === '' ? {} : { 'continuation-token': token };
        const xml = await xmlOf({ method: 'GET', query: { 'list-type': '2', prefix, ...more } });
        for (const object of elements(xml, 'Contents')) yield textOf(object, 'Key');
        token = textOf(xml, 'NextContinuationToken') || undefined;
      }
    },

    presign: (key, { seconds, name, contentType }) =>
      presign(settings, {
        key,
        seconds,
        clock,
        query: {
          'response-content-disposition': `attachment; filename="${name}"`,
          'response-content-type': contentType,
        },
      }),
  };
}

async function unlessMissing<T>(asked: Promise<T>, code: string): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof DomainError && error.code === code) return undefined;
    throw error;
  }
}

function isRefused(error: unknown): boolean {
  return (
    error instanceof DomainError && (error.code === 'bucket_forbidden' || error.code === 'bucket_refused')
  );
}

function unquoted(etag: string): string {
  return etag.replaceAll('"', '');
}
