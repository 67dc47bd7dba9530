/**
 * The one error that services throw on purpose. `code` is stable and part of the contract (`room_not_found`);
 * `message` says what happened, with the object's name; `fix` says what to do next. Which HTTP status or exit
 * code a code becomes is decided in `src/http` and `src/cli`, never by who throws.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly options: {
      readonly fix?: string;
      readonly cause?: unknown;
      readonly details?: Details;
      /** What it is about, as `user:u_…`: for the audit alone, never told to who asked. */
      readonly about?: string | undefined;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }

  get fix(): string | undefined {
    return this.options.fix;
  }

  get about(): string | undefined {
    return this.options.about;
  }

  get details(): Details | undefined {
    return this.options.details;
  }
}

/** Extra members of a problem document (RFC 9457, section 3.2), JSON values only. */
export type Details = Readonly<Record<string, unknown>>;

/** Lower snake case, `thing_state`. The table with statuses stands in `src/http/problems.ts`. */
export type ErrorCode = string;

/** What Bun's fetch adds to every failure: a question that helps nobody. */
const IDLE_QUESTION = / Is the computer able to access the url\?/g;

/** The text of whatever was thrown, for logs and for a `cause` shown to people. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(IDLE_QUESTION, '');
}
