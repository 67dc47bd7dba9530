import { DomainError, messageOf } from '../../lib/errors.ts';
import type { S3Settings } from './settings.ts';
import { textOf } from './xml.ts';

interface Cause {
  readonly code: string;
  /** A sentence about `what` was asked of S3. */
  readonly message: (settings: S3Settings) => string;
  readonly fix: (settings: S3Settings) => string;
}

const CREDENTIALS: Cause = {
  code: 'bucket_credentials',
  message: ({ endpoint }) => `${endpoint} does not accept the access key.`,
  fix: () => 'Correct recording.s3.accessKeyId and recording.s3.secretAccessKey: one of them is wrong.',
};
const FORBIDDEN: Cause = {
  code: 'bucket_forbidden',
  message: ({ bucket }) => `The access key may not do this in the bucket "${bucket}".`,
  fix: ({ bucket }) =>
    `Allow the key s3:GetObject, s3:PutObject, s3:DeleteObject, s3:AbortMultipartUpload, s3:ListMultipartUploadParts, s3:ListBucket and s3:ListBucketMultipartUploads in ${bucket}.`,
};
const REGION: Cause = {
  code: 'bucket_region',
  message: ({ bucket, region }) => `The bucket "${bucket}" is not in the region "${region}".`,
  fix: () => "Set recording.s3.region to the bucket's, and recording.s3.endpoint to that of the region.",
};

/** What S3's own codes mean for whoever runs this server. */
const CAUSES: Readonly<Record<string, Cause>> = {
  InvalidAccessKeyId: CREDENTIALS,
  SignatureDoesNotMatch: CREDENTIALS,
  InvalidToken: CREDENTIALS,
  /** versitygw's word for InvalidAccessKeyId. */
  XAdminUserNotFound: CREDENTIALS,
  AccessDenied: FORBIDDEN,
  AllAccessDisabled: FORBIDDEN,
  AccountProblem: FORBIDDEN,
  NoSuchBucket: {
    code: 'bucket_missing',
    message: ({ bucket, endpoint }) => `There is no bucket "${bucket}" at ${endpoint}.`,
    fix: ({ pathStyle }) =>
      `Make the bucket, or correct recording.s3.bucket; recording.s3.forcePathStyle is ${pathStyle}, and a service that wants the other says this too.`,
  },
  AuthorizationHeaderMalformed: REGION,
  PermanentRedirect: REGION,
  TemporaryRedirect: REGION,
  IllegalLocationConstraintException: REGION,
  RequestTimeTooSkewed: {
    code: 'bucket_clock_skew',
    message: ({ endpoint }) => `The clock of this machine and that of ${endpoint} are too far apart.`,
    fix: () => 'Set the clock: timedatectl set-ntp true.',
  },
  NoSuchKey: {
    code: 'object_missing',
    message: ({ bucket }) => `The bucket "${bucket}" does not hold this object.`,
    fix: () => 'Someone removed it beside didar, or it expired by a rule of the bucket.',
  },
  NoSuchUpload: {
    code: 'upload_missing',
    message: () => 'S3 does not know the upload that was begun.',
    fix: () => 'It is begun anew by itself.',
  },
};
const BUSY: Cause = {
  code: 'bucket_busy',
  message: ({ endpoint }) => `${endpoint} cannot serve us right now.`,
  fix: () => 'Wait: it is tried again. If it lasts, see to the storage service.',
};

/** What S3 says in codes of its own when it has no body to say it in: answers to HEAD. */
const CODES_OF_STATUS: Readonly<Record<number, string>> = {
  301: 'PermanentRedirect',
  307: 'TemporaryRedirect',
  403: 'AccessDenied',
  404: 'NoSuchKey',
};

/**
 * An answer that is no success, as the error that services throw. Only S3's code and its own message get through:
 * the rest of what it sends repeats what was signed.
 */
export function refusalOf(settings: S3Settings, status: number, xml: string): DomainError {
  const said = textOf(xml, 'Code');
  const s3Code = said === '' ? (CODES_OF_STATUS[status] ?? '') : said;
  const cause = CAUSES[s3Code] ?? (status >= 500 || status === 429 ? BUSY : undefined);
  const details = { status, ...(s3Code !== '' && { s3: s3Code }) };
  if (cause) {
    const where = s3Code === '' ? `status ${status}` : s3Code;
    return new DomainError(cause.code, `${cause.message(settings)} (${where})`, {
      fix: cause.fix(settings),
      details,
    });
  }
  const message = textOf(xml, 'Message').slice(0, 200);
  return new DomainError(
    'bucket_refused',
    `${settings.endpoint} refused with ${s3Code || `status ${status}`}${message && `: ${message}`}`,
    { fix: 'See what the storage service says of it; didar doctor tries every step.', details },
  );
}

/** Nothing came back. What Bun throws names no header and no body, but quotes the URL: only its reason is told. */
export function unreachable({ endpoint }: S3Settings, thrown: unknown): DomainError {
  const { code, name } = thrown as { code?: unknown; name?: unknown };
  const reason = typeof code === 'string' ? code : name === 'TimeoutError' ? 'no answer in time' : undefined;
  return new DomainError(
    'bucket_unreachable',
    `${endpoint} cannot be reached: ${reason ?? messageOf(thrown).replaceAll(/https?:\/\/\S+/g, '…')}`,
    { fix: 'It is tried again. didar doctor says at which step it fails: name, port or certificate.' },
  );
}
