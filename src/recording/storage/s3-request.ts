// Signs S3 requests, 33 kB in the executable (MIT, no dependencies). @aws-sdk/client-s3 takes 4.9 MB of it, and
// Bun.S3Client can't go on with an upload that another process began.
import { AwsClient } from 'aws4fetch';
import { type Clock, wait } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { refusalOf, unreachable } from './s3-error.ts';
import type { S3Settings } from './settings.ts';

/** Time for one request and its answer: a part of 8 MiB at 250 kbit/s. */
const REQUEST_LIMIT_MS = 300_000;
const PAUSES_MS = [300, 1_500];
const EMPTY = new Uint8Array();

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  /** Of the object; left out for the bucket. */
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal | undefined;
}

export interface S3Answer {
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface S3RequestOptions {
  readonly settings: S3Settings;
  readonly clock: Clock;
  /** Milliseconds for one request and its answer. */
  readonly limitMs?: number;
  /** Whether what may go better a moment later is tried again at once, twice. */
  readonly again?: boolean;
}

/**
 * One request to S3 and its whole answer; bodies are small, or a part of an object.
 *
 * @throws DomainError `bucket_unreachable`, `bucket_busy`, and one for each reason that S3 has to refuse (s3-error.ts)
 */
export function createS3Request(options: S3RequestOptions) {
  const { settings, clock, limitMs = REQUEST_LIMIT_MS, again = true } = options;
  const signer = signerOf(settings);

  async function once({ method, key, query, headers, body = EMPTY, signal }: S3Request): Promise<S3Answer> {
    const limit = AbortSignal.timeout(limitMs);
    const signed = await signer.sign(urlOf(settings, key, query), {
      method,
      headers: { ...headers, 'x-amz-content-sha256': sha256(body) },
      aws: { datetime: amzDate(clock) },
    });
    try {
      const answer = await fetch(signed.url, {
        method,
        headers: signed.headers,
        ...((method === 'PUT' || method === 'POST') && { body }),
        redirect: 'manual',
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
      const got = await answer.bytes();
      if (!answer.ok) throw refusalOf(settings, answer.status, new TextDecoder().decode(got));
      return { headers: answer.headers, body: got };
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof DomainError ? error : unreachable(settings, error);
    }
  }

  return async function request(wanted: S3Request): Promise<S3Answer> {
    for (const pause of again ? PAUSES_MS : []) {
      try {
        return await once(wanted);
      } catch (error) {
        if (!isPassing(error)) throw error;
        await wait(clock, pause);
        wanted.signal?.throwIfAborted();
      }
    }
    return once(wanted);
  };
}

/** A link that lets whoever has it read one object for some seconds; nothing is asked of S3 for it. */
export async function presign(
  settings: S3Settings,
  {
    key,
    seconds,
    query,
    clock,
  }: { key: string; seconds: number; query: Record<string, string>; clock: Clock },
): Promise<string> {
  const url = urlOf(settings, key, { ...query, 'X-Amz-Expires': String(seconds) });
  const signed = await signerOf(settings).sign(url, {
    method: 'GET',
    aws: { signQuery: true, datetime: amzDate(clock) },
  });
  return signed.url;
}

/** Gone in a moment, maybe. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof DomainError && (error.code === 'bucket_unreachable' || error.code === 'bucket_busy')
  );
}

function signerOf({ accessKeyId, secretAccessKey, region }: S3Settings): AwsClient {
  return new AwsClient({ accessKeyId, secretAccessKey, region, service: 's3' });
}

/** Scheme, host and port that the bucket is asked at. */
export function bucketUrl({ endpoint, bucket, pathStyle }: S3Settings): string {
  const url = new URL(endpoint);
  if (!pathStyle) url.host = `${bucket}.${url.host}`;
  return url.origin;
}

function urlOf(settings: S3Settings, key = '', query: Readonly<Record<string, string>> = {}): string {
  const url = new URL(bucketUrl(settings));
  url.pathname = settings.pathStyle ? `/${settings.bucket}/${key}` : `/${key}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

/** `20261127T183000Z` */
function amzDate(clock: Clock): string {
  return new Date(clock.now()).toISOString().replace(/[:-]|\.\d{3}/g, '');
}

function sha256(bytes: Uint8Array): string {
  return new Bun.CryptoHasher('sha256').update(bytes).digest('hex');
}
