/** What the server refused, or why it could not be asked. `message` is ready to be shown. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** The problem document's code; `unreachable` when no answer came. */
    readonly code: string,
    message: string,
    /** HTTP status, 0 when no answer came. */
    readonly status: number,
    readonly fix?: string,
  ) {
    super(message);
  }
}

/** The text of whatever was thrown. */
export function textOf(error: unknown): string {
  if (error instanceof ApiError && error.fix) return `${error.message} (${error.fix})`;
  return error instanceof Error ? error.message : String(error);
}
