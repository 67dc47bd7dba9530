import type { Trouble } from '../trouble.ts';

/** Rooms and recordings. */
export const ROOM_TROUBLES: readonly Trouble[] = [
  {
    id: 'room-lingers',
    signatures: [/room (?:is )?not (?:cleaned up|closed|removed)|(?:empty )?rooms? lingers?/i],
    title: 'A room is not cleaned up',
    cause:
      'rooms.emptyTimeout (nobody came) or rooms.departureTimeout (all left) is high, or the room has its own values.',
    fix: 'Lower them; "didar config show" tells the values and where they come from.',
    key: 'rooms.departureTimeout',
  },
  {
    id: 'no-redis-for-egress',
    signatures: [/egress not connected \(redis required\)|\begress_no_redis\b/],
    title: 'Egress needs Redis',
    cause: 'livekit-server speaks to egress workers through Redis, and has none configured.',
    fix: 'Set livekit.redis and start an egress worker on the same Redis, or use recording.backend: builtin.',
    key: 'livekit.redis',
  },
  {
    id: 'no-egress-worker',
    signatures: [/no response from servers|\begress_no_worker\b/],
    title: 'No egress worker answers',
    cause: 'None is connected to this Redis, or none has CPU to spare (a room composite wants 4).',
    fix: 'Start a worker on the same Redis on a machine with 4 CPUs or more, or use recording.backend: builtin, which records on one.',
    key: 'recording.backend',
  },
  {
    id: 'egress-cpu',
    signatures: [
      /not enough (?:cpu|resources)|no workers? with sufficient|can't accept request|no servers available|\begress_worker_busy\b/i,
    ],
    title: 'The egress worker has too little CPU',
    cause: 'A room composite renders a browser and wants 4 CPUs.',
    fix: 'Give the worker 4 CPUs, or use recording.backend: builtin.',
    key: 'recording.backend',
  },
  {
    id: 'no-record-grant',
    signatures: [/permissions denied|\begress_not_permitted\b/],
    title: 'The API key may not do that: permissions denied',
    cause:
      "The token lacks a grant; for recordings it is roomRecord. Didar's own tokens have it: this one was made elsewhere.",
    fix: "Start recordings through Didar, or add roomRecord (or what the call needs) to the other program's token.",
  },
  {
    id: 'recording-local-path',
    signatures: [
      /(?:recording|file).{0,40}(?:is a )?local path|\begress_local_path\b|file_results?.{0,80}"location":"\/(?!\/)/i,
    ],
    title: "The recording's file is a path on the worker",
    cause: 'The egress worker has no S3, so it leaves the file on its own disk.',
    fix: "Set recording.s3 (Didar hands it to the worker), or share a volume and set recording.egress.dir, or S3 in the worker's own file and recording.egress.workerUploads. Never egress: in livekit.yaml: that ends its start.",
    key: 'recording.s3',
  },
  {
    id: 'recording-download',
    signatures: [/process_recording.{0,120}(?:download|fail|ENOENT|404|403)|recording_unreachable/i],
    title: 'The finished recording cannot be fetched',
    cause: 'Its URL or path cannot be reached from here.',
    fix: 'The job is kept and tried again ("didar job list" shows what was tried); check network and credentials of the storage.',
    key: 'recording.s3.endpoint',
  },
  {
    id: 'bucket-unreachable',
    signatures: [/bucket_(?:unreachable|busy)/],
    title: 'The bucket cannot be reached',
    cause: 'Its name does not resolve, its port or certificate refuses, or the service is down.',
    fix: 'Nothing is lost: uploads wait for five days. "didar doctor" says at which step it fails; check recording.s3.endpoint.',
    key: 'recording.s3.endpoint',
  },
  {
    id: 'bucket-refuses',
    signatures: [
      /bucket_(?:credentials|forbidden|missing|region|clock_skew|refused)/,
      /\b(?:InvalidAccessKeyId|SignatureDoesNotMatch|NoSuchBucket|AuthorizationHeaderMalformed|PermanentRedirect|RequestTimeTooSkewed)\b/,
    ],
    title: 'The bucket refuses us',
    cause: 'Key, bucket or region are wrong, the key may too little, or the clocks differ.',
    fix: 'Correct recording.s3; "didar doctor" writes, reads and deletes there and says what is refused. Uploads go on by themselves.',
    key: 'recording.s3.accessKeyId',
  },
  {
    id: 'recording-file-lost',
    signatures: [/recording_file_(?:gone|changed)/],
    title: 'A file of a recording is gone, or is not what was recorded',
    cause: 'Someone, a rule of the bucket or the disk removed or changed it beside Didar.',
    fix: 'Bring it back from a backup and retry the job, or delete the recording.',
    key: 'recording.dir',
  },
  {
    id: 'recording-dir',
    signatures: [
      /(?:EACCES|permission denied).{0,80}recordings?\b/i,
      /recordings?\b.{0,80}(?:EACCES|EROFS|read-only file system)/i,
    ],
    title: "The recordings' directory cannot be written",
    cause: 'It belongs to another user, or lies on a read-only filesystem.',
    fix: 'chown it to the user that Didar runs as, or set recording.dir to another place.',
    key: 'recording.dir',
  },
  {
    id: 'disk-full',
    signatures: [/ENOSPC|no space left on device|database or disk is full/i],
    title: 'The disk is full',
    cause: 'Recordings, logs or the database took the last space.',
    fix: 'Free some ("didar record list", then delete), set recording.retention, or move recording.dir.',
    key: 'recording.retention',
  },
];
