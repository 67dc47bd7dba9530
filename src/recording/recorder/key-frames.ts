/** While one is waited for; LiveKit passes on one request in half a second. */
const ASK_AGAIN_MS = 700;
/** Anyway, so that players can seek, and a fault that nobody saw heals. */
const ASK_ALWAYS_MS = 10_000;

/** Which pictures can be decoded: after a loss none until the next key frame. Sound always can. */
export class KeyFrames {
  #isWaiting: boolean;
  #lastAsked = -Infinity;

  constructor(private readonly isVideo: boolean) {
    this.#isWaiting = isVideo;
  }

  /** What was before is not to be built upon. */
  lose(): void {
    this.#isWaiting = this.isVideo;
  }

  /** Whether to keep the picture that came. */
  pass(isKey: boolean): boolean {
    if (isKey) this.#isWaiting = false;
    return !this.#isWaiting;
  }

  /** Whether to ask for one now; counts as asked. */
  shallAsk(now: number): boolean {
    if (!this.isVideo) return false;
    if (now - this.#lastAsked < (this.#isWaiting ? ASK_AGAIN_MS : ASK_ALWAYS_MS)) return false;
    this.#lastAsked = now;
    return true;
  }
}
