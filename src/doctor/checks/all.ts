import type { Check } from '../check.ts';
import { providerCheck } from './accounts/provider.ts';
import { configCheck } from './config.ts';
import { apiCheck } from './livekit/api.ts';
import { binaryCheck } from './livekit/binary.ts';
import { livekitConfigurationCheck } from './livekit/configuration.ts';
import { egressCheck } from './livekit/egress.ts';
import { redisCheck } from './livekit/redis.ts';
import { stateCheck } from './livekit/state.ts';
import { webhooksCheck } from './livekit/webhooks.ts';
import { backupsCheck } from './machine/backups.ts';
import { clockCheck } from './machine/clock.ts';
import { cpuCheck } from './machine/cpu.ts';
import { dataDirCheck, recordingDirCheck } from './machine/data-dir.ts';
import { dataLockCheck } from './machine/data-lock.ts';
import { databaseCheck } from './machine/database.ts';
import { databaseWritesCheck } from './machine/database-writes.ts';
import { openFilesCheck, udpBufferCheck } from './machine/limits.ts';
import { memoryCheck } from './machine/memory.ts';
import { connectionsCheck, pathsCheck } from './network/paths.ts';
import { portsCheck } from './network/ports.ts';
import { selfTestChecks } from './network/self-tests.ts';
import { networkSetUpChecks } from './network/set-up.ts';
import { bucketCheck } from './recording/bucket.ts';
import { ffmpegCheck } from './recording/ffmpeg.ts';
import { fontsCheck } from './recording/fonts.ts';
import { orphansCheck } from './recording/orphans.ts';
import { roomTimeoutsCheck } from './rooms.ts';

/** In the order in which people read them: what all else rests on comes first. A new check is a line here. */
export const CHECKS: readonly Check[] = [
  configCheck,
  dataDirCheck,
  dataLockCheck,
  databaseCheck,
  databaseWritesCheck,
  backupsCheck,
  binaryCheck,
  livekitConfigurationCheck,
  stateCheck,
  apiCheck,
  webhooksCheck,
  redisCheck,
  egressCheck,
  portsCheck,
  ...networkSetUpChecks,
  ...selfTestChecks,
  connectionsCheck,
  pathsCheck,
  roomTimeoutsCheck,
  providerCheck,
  recordingDirCheck,
  bucketCheck,
  orphansCheck,
  ffmpegCheck,
  fontsCheck,
  openFilesCheck,
  udpBufferCheck,
  memoryCheck,
  cpuCheck,
  clockCheck,
];
