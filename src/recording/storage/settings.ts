import type { S3Config, S3Credentials } from '../../config/config.ts';

/** A bucket, how to get to it, and where in it recordings stand. */
export interface S3Settings extends S3Credentials {
  readonly bucket: string;
  /** Scheme, host and port of the service, without the bucket. */
  readonly endpoint: string;
  readonly region: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  readonly pathStyle: boolean;
}

/** The bucket of the configuration; undefined where recordings stay on the disk. */
export function s3Settings(config: S3Config, credentials: S3Credentials | undefined): S3Settings | undefined {
  const { bucket, region, prefix = '', endpoint } = config;
  if (bucket === undefined || credentials === undefined) return undefined;
  return {
    ...credentials,
    bucket,
    region,
    endpoint: endpoint === undefined ? `https://s3.${region}.amazonaws.com` : new URL(endpoint).origin,
    prefix: prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`,
    // A wildcard certificate covers one label: a bucket with dots can't be part of the host name.
    pathStyle: config.forcePathStyle ?? (endpoint !== undefined || bucket.includes('.')),
  };
}

/** The key of a recording's file. */
export function objectKey(settings: S3Settings, recordingId: string, file: string): string {
  return `${settings.prefix}${recordingId}/${file}`;
}
