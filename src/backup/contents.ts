/** What a backup is called inside: the first file tells what it is, the last one what all the others must be. */
export const HEADER_NAME = 'didar-backup.json';
export const SUMS_NAME = 'sums.json';
export const DATABASE_NAME = 'didar.db';
export const CONFIG_NAME = 'config.yaml';
/** Directories that are kept with all that is in them. */
export const DIRECTORIES = ['secrets', 'certificates', 'recordings'] as const;
export const FORMAT = 1;

/** The first file of a backup. */
export interface BackupHeader {
  readonly format: number;
  /** Version of the didar that made it. */
  readonly didar: string;
  /** How many migrations its database has had. */
  readonly schema: number;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Where it comes from, absolute. */
  readonly dataDir: string;
  readonly recordingDir: string;
  /** Of the configuration file; null where there was none. */
  readonly configPath: string | null;
  /** Whether recordings are in it. */
  readonly recordings: boolean;
  /** Rows of each table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** One file of a backup. */
export interface StoredFile {
  /** As `secrets/token-key`. */
  readonly name: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** What a backup turned out to hold, every file of it read and compared. */
export interface BackupSummary {
  readonly header: BackupHeader;
  readonly files: readonly StoredFile[];
}

/** Whether a name may be in a backup: nothing that is there leads out of the directory it is put into. */
export function isKnownName(name: string): boolean {
  if ([HEADER_NAME, SUMS_NAME, DATABASE_NAME, CONFIG_NAME].includes(name)) return true;
  const [directory, ...below] = name.split('/');
  return (
    (DIRECTORIES as readonly (string | undefined)[]).includes(directory) &&
    below.length > 0 &&
    below.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'))
  );
}
