/** One line of livekit-server's JSON log, as zap writes it. */
export interface LogLine {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What the log view shows of a line: never its fields at large, which hold SDP with ICE passwords. */
export interface LogEntry {
  readonly at?: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly room?: string;
  readonly identity?: string;
  readonly error?: string;
}

/** Undefined for a line that is no JSON log line: a Go panic, the message of a failed start. */
export function readLogLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  let fields: unknown;
  try {
    fields = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof fields !== 'object' || fields === null) return undefined;
  const { ts, level, msg } = fields as Record<string, unknown>;
  if (typeof msg !== 'string' || typeof ts !== 'number') return undefined;
  return {
    at: Math.round(ts * 1000),
    level: String(level),
    message: msg,
    fields: fields as Record<string, unknown>,
  };
}

/** What people shall see of a line. What is no JSON is shown as it is: livekit's last words are of that kind. */
export function toLogEntry(line: string): LogEntry {
  const parsed = readLogLine(line);
  if (parsed === undefined) return { level: 'error', message: line };
  const { room, participant, error } = parsed.fields;
  return {
    at: parsed.at,
    level: levelOf(parsed.level),
    message: parsed.message,
    ...(typeof room === 'string' && { room }),
    ...(typeof participant === 'string' && { identity: participant }),
    ...(typeof error === 'string' && { error }),
  };
}

function levelOf(level: string): LogEntry['level'] {
  if (level === 'debug' || level === 'info' || level === 'warn') return level;
  return 'error';
}
