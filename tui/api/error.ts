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
    /** The field of the request that is wrong, where it is one: `maxParticipants`, `roles.guest.publish`. */
    readonly field?: string,
  ) {
    super(message);
  }
}

/** The text of whatever was thrown, with what to do about it where it says so. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'fix' in error && typeof error.fix === 'string' ? `${error.message} (${error.fix})` : error.message;
}
