import type { Conflict, Rule } from './rule.ts';

const BUCKET = 'recording.s3.bucket';
const CREDENTIALS = ['recording.s3.accessKeyId', 'recording.s3.secretAccessKey'];
/** Not those with a default: `didar config show` writes them out, and must be readable again. */
const OTHERS = [
  'recording.s3.endpoint',
  'recording.s3.prefix',
  'recording.s3.forcePathStyle',
  ...CREDENTIALS,
];

/** A bucket makes the rest mean something, and can't be written to without a key. */
export const s3Rule: Rule = {
  reads: [BUCKET],
  check({ isGiven }) {
    if (isGiven(BUCKET)) {
      return CREDENTIALS.filter((key) => !isGiven(key)).map((key) => ({
        key,
        problem: `${key} is missing, which ${BUCKET} needs`,
        fix: `add it, or hand it over as the path of a file in the variable ${variableOf(key)}`,
      }));
    }
    const [first, ...rest] = OTHERS.filter(isGiven);
    if (first === undefined) return [];
    const others = rest.length === 0 ? '' : ` (as are ${rest.join(', ')})`;
    return [
      {
        key: first,
        problem: `${first} is given${others} without ${BUCKET}`,
        fix: `add ${BUCKET}, or remove what is in recording.s3: recordings then stay in recording.dir`,
      },
    ];
  },
};

/** The endpoint is a service; bucket, path and keys have places of their own. */
export const s3EndpointRule: Rule = {
  reads: ['recording.s3.endpoint', BUCKET],
  check({ config }) {
    const { endpoint, bucket } = config.recording.s3;
    if (endpoint === undefined) return [];
    const { username, pathname, search, hash, hostname, origin } = new URL(endpoint);
    const key = 'recording.s3.endpoint';
    const conflict = (problem: string, fix: string): Conflict[] => [
      { key, problem: `${key} ${problem}`, fix },
    ];
    if (username !== '') {
      return conflict('holds a key', `write ${origin}, and the key in accessKeyId and secretAccessKey`);
    }
    if (pathname !== '/' || search !== '' || hash !== '') {
      return conflict('has a path', `write ${origin}; the bucket stands in bucket, what follows in prefix`);
    }
    if (bucket !== undefined && hostname.startsWith(`${bucket}.`)) {
      const service = origin.replace(`//${bucket}.`, '//');
      return conflict('begins with the bucket', `write ${service}: the bucket is put there where it belongs`);
    }
    return [];
  },
};

function variableOf(key: string): string {
  return key.endsWith('accessKeyId')
    ? 'DIDAR_RECORDING_S3_ACCESS_KEY_ID_FILE'
    : 'DIDAR_RECORDING_S3_SECRET_ACCESS_KEY_FILE';
}
