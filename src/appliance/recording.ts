import type { Config, Secrets } from '../config/config.ts';
import type { Database } from '../db/open.ts';
import type { Job } from '../jobs/job.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { Clock } from '../lib/clock.ts';
import { DomainError, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { LiveKitApi } from '../livekit/api/livekit-api.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import type { JoinGrant } from '../livekit/tokens/join-token.ts';
import type { Events } from '../modules/events/service.ts';
import type { LiveState } from '../modules/live/live-state.ts';
import type { Speaking } from '../modules/live/speaking.ts';
import { createAutoRecord } from '../modules/recordings/auto-record.ts';
import { builtinBackend } from '../modules/recordings/backends/builtin.ts';
import { egressBackend } from '../modules/recordings/backends/egress.ts';
import { createDelivery } from '../modules/recordings/delivery.ts';
import { createDiskGuard } from '../modules/recordings/disk-guard.ts';
import { createFetchEgress } from '../modules/recordings/fetch-egress.ts';
import { createProcess } from '../modules/recordings/process.ts';
import { createRecordings, PROCESS_JOB } from '../modules/recordings/recordings.ts';
import { createRemoval, REMOVE_JOB } from '../modules/recordings/removal.ts';
import { createRecordingRepo } from '../modules/recordings/repo.ts';
import { createRetention } from '../modules/recordings/retention.ts';
import { type Bucket, createUpload, UPLOAD_JOB } from '../modules/recordings/upload.ts';
import type { Rooms } from '../modules/rooms/service.ts';
import { compose } from '../recording/compose/compose.ts';
import { findFfmpeg } from '../recording/compose/ffmpeg/find.ts';
import { startRecorder } from '../recording/recorder/recorder-process.ts';
import { createS3 } from '../recording/storage/s3.ts';
import { objectKey, type S3Settings, s3Settings } from '../recording/storage/settings.ts';
import { egressServices } from './egress.ts';
import { requireMedia } from './require-media.ts';

/** A recorder's token outlives the longest recording by this much. */
const TOKEN_SPARE_MS = 3_600_000;

export interface RecordingServicesDeps {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly db: Database;
  readonly events: Events;
  readonly jobs: Jobs;
  readonly live: LiveState;
  readonly speaking: Speaking;
  readonly livekit: LiveKitApi;
  readonly media: MediaServer;
  readonly rooms: Rooms;
  readonly sign: (grant: JoinGrant) => string;
  /** What starts this program again: for the recorder, which is a process of its own. */
  readonly selfCommand: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Recording, put together: who starts it, what stores it, and the job that makes one file of it. */
export function recordingServices(deps: RecordingServicesDeps) {
  const { config, db, events, jobs, live, livekit, media, rooms, clock, log } = deps;
  const repo = createRecordingRepo(db);
  const settings = s3Settings(config.recording.s3, deps.secrets.s3);
  const bucket = bucketOf(settings, clock);
  const removal = createRemoval({ jobs, bucket, settled: (id) => upload.settled(id) });

  function announce(room: string, isRecorded: boolean): void {
    livekit.setRoomMetadata(room, { recording: isRecorded }).catch((error: unknown) => {
      if (error instanceof DomainError && error.code === 'room_not_found') return;
      log.warn('people could not be told that they are recorded', {
        room,
        isRecorded,
        error: messageOf(error),
      });
    });
  }

  const builtin = builtinBackend({
    live,
    speaking: deps.speaking,
    clock,
    log,
    startRecorder: ({ recordingId, room, part, dir, onMessage }) =>
      startRecorder({
        command: deps.selfCommand,
        env: { PATH: deps.env.PATH ?? '', HOME: deps.env.HOME ?? '' },
        clock,
        log,
        onMessage,
        spec: {
          recordingId,
          room: room.name,
          part,
          dir,
          url: requireMedia(media).replace(/^http/, 'ws'),
          skipTLSVerify: config.livekit.skipTLSVerify,
          endWhenEmptyMs: room.departureTimeout * 1000,
          token: deps.sign({
            room: room.name,
            identity: recordingId,
            name: 'recorder',
            role: 'guest',
            permissions: { publish: [], subscribe: true, data: false, hidden: true },
            recorder: true,
            expiresAt: clock.now() + config.recording.maxDuration + TOKEN_SPARE_MS,
          }),
        },
      }),
  });
  const egress = egressServices({
    config,
    secrets: deps.secrets,
    media,
    bucket: settings && bucket && { settings, s3: bucket.s3 },
    clock,
  });
  const byEgress = egressBackend({
    ...egress,
    hasEnded: (id) => ['done', 'failed'].includes(repo.get(id)?.state ?? ''),
    clock,
    log,
  });
  const recordings = createRecordings({
    repo,
    events,
    jobs,
    live,
    clock,
    log,
    config: config.recording,
    disk: createDiskGuard({ dir: config.recording.dir, clock, log }),
    visible: rooms.visible,
    byName: rooms.byName,
    assertMedia: () => void requireMedia(media),
    removeObjects: removal.begin,
    announce,
    backends: { builtin, egress: byEgress },
  });
  const upload = createUpload({ repo, recordings, events, jobs, bucket, clock, log });
  jobs.register(UPLOAD_JOB, upload.kind);
  jobs.register(REMOVE_JOB, { concurrency: 1, handler: removal.handle });
  const process = createProcess({
    repo,
    recordings,
    clock,
    log,
    storage: bucket && upload,
    compose: async ({ dir, options, signal, progress }) => {
      const ffmpeg = await findFfmpeg(deps.env);
      return compose({ ffmpeg, dir, ...options, signal, onProgress: progress });
    },
  });
  const fetchEgress = createFetchEgress({
    repo,
    recordings,
    output: egress.output,
    objectSize: async (key) => (await bucket?.s3.head(key))?.bytes,
    clock,
  });
  const backendOf = ({ payload }: Job) =>
    repo.get(String(payload.recordingId))?.backend === 'egress' ? fetchEgress : process;
  jobs.register(PROCESS_JOB, {
    concurrency: 1,
    handler: (job, run) => backendOf(job).handler(job, run),
    onGivenUp: (job) => backendOf(job).onGivenUp(job),
    retryable: (error) => process.retryable(error) && fetchEgress.retryable(error),
  });
  const retention = createRetention({ repo, recordings, clock, log, keep: config.recording.retention });
  const autoRecord = createAutoRecord({
    subscribe: events.subscribe,
    live,
    byName: rooms.byName,
    repo,
    recordings,
    clock,
    log,
  });
  const deliver = createDelivery({
    recordings,
    bucket,
    presigned: config.recording.s3.downloads === 'presigned',
  });
  return {
    recordings,
    deliver,
    onRecord: repo.onRecord,
    retention,
    autoRecord,
    hearEgress: byEgress.hear,
    checkEgress: egress.preflight,
  };
}

function bucketOf(settings: S3Settings | undefined, clock: Clock): Bucket | undefined {
  return (
    settings && {
      s3: createS3({ settings, clock }),
      keyOf: (recordingId, file) => objectKey(settings, recordingId, file),
    }
  );
}
