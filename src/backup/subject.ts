import type { Config } from '../config/config.ts';
import { dataDirAt } from '../config/data-dir.ts';
import type { BackupSubject } from './create-backup.ts';

export interface SubjectOptions {
  readonly config: Config;
  readonly configPath: string | undefined;
  readonly version: string;
  readonly withRecordings: boolean;
}

/** What a backup of the server with this configuration is made of. */
export function subjectOf({ config, configPath, version, withRecordings }: SubjectOptions): BackupSubject {
  const { path, database, run, secrets, certificates } = dataDirAt(config.data);
  return {
    version,
    dataDir: path,
    database,
    scratch: run,
    secrets,
    certificates,
    recordingDir: config.recording.dir,
    withRecordings,
    configPath,
  };
}
