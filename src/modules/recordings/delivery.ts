import { join } from 'node:path';
import { diskContent, objectContent } from './content.ts';
import { download, safeName } from './download.ts';
import type { Recordings } from './recordings.ts';
import { noBucket } from './removal.ts';
import type { FileRow } from './repo.ts';
import type { Bucket } from './upload.ts';

/** Long enough to begin a download in; one that has begun goes on after it. */
const LINK_SECONDS = 300;
const FOUND = 302;

export interface DeliveryDeps {
  readonly recordings: Pick<Recordings, 'directoryOf'>;
  readonly bucket: Bucket | undefined;
  /** Whether people are sent to the bucket, instead of getting its files through us. */
  readonly presigned: boolean;
}

/** Answers a request for a file from wherever the file is. */
export function createDelivery({ recordings, bucket, presigned }: DeliveryDeps) {
  return async (file: FileRow, request: Request): Promise<Response> => {
    const { name, contentType, location } = file;
    if (file.storage === 'local') {
      const path = join(recordings.directoryOf(file.recordingId), location);
      return download({ ...file, content: diskContent(path, name) }, request);
    }
    if (!bucket) throw noBucket();
    const { s3 } = bucket;
    if (!presigned) return download({ ...file, content: objectContent(s3, location, name) }, request);
    const link = await s3.presign(location, { seconds: LINK_SECONDS, name: safeName(name), contentType });
    return new Response(null, { status: FOUND, headers: { location: link, 'cache-control': 'no-store' } });
  };
}

export type Deliver = ReturnType<typeof createDelivery>;
