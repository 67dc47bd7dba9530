import { type FileHandle, open } from 'node:fs/promises';

/**
 * A file that only grows. What is appended is kept until `write`, which hands it to the kernel (a crash of the process
 * costs no more than that), and `sync`, which waits for the disk (a power cut costs what came after). A disk that takes
 * its time for the second keeps nothing from the first.
 */
export interface AppendFile {
  readonly path: string;
  /** Appended so far, written or not. */
  readonly bytes: number;
  append(data: Uint8Array): void;
  write(): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/** Opens a new file; one of that name must not be there. */
export async function createAppendFile(path: string): Promise<AppendFile> {
  return appendTo(path, await open(path, 'ax', 0o600));
}

function appendTo(path: string, file: FileHandle): AppendFile {
  let waiting: Uint8Array[] = [];
  let bytes = 0;
  let isSynced = true;
  let isClosed = false;
  const writes = inTurn();
  const syncs = inTurn();

  async function writeAll(): Promise<void> {
    if (waiting.length === 0) return;
    const parts = waiting;
    waiting = [];
    isSynced = false;
    const whole = Buffer.concat(parts);
    for (let offset = 0; offset < whole.length; ) {
      offset += (await file.write(whole, offset)).bytesWritten;
    }
  }

  const write = () => writes(writeAll);

  async function syncAll(): Promise<void> {
    await write();
    if (isSynced) return;
    isSynced = true;
    await file.datasync();
  }

  return {
    path,
    get bytes() {
      return bytes;
    },
    append(data) {
      bytes += data.length;
      waiting.push(data);
    },
    write,
    async sync() {
      if (!isClosed) await syncs(syncAll);
    },
    close() {
      isClosed = true;
      return syncs(syncAll).finally(() => file.close());
    },
  };
}

/** One after the other: two writes at once could land in any order. After one that failed there are no more. */
function inTurn(): (run: () => Promise<void>) => Promise<void> {
  let queue: Promise<void> = Promise.resolve();
  return (run) => {
    queue = queue.then(run);
    return queue;
  };
}
