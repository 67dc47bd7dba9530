const FIRST_LINES = 20;
const LAST_LINES = 80;
const KEPT_LINE_CHARS = 2_000;

/**
 * What a child said first and last: the beginning tells its version and settings, the end why it died. Holds at
 * most a hundred lines of two thousand characters, whatever the child prints.
 */
export class LineTail {
  readonly #first: string[] = [];
  readonly #last: string[] = [];
  #count = 0;

  add(line: string): void {
    const kept = line.length > KEPT_LINE_CHARS ? `${line.slice(0, KEPT_LINE_CHARS)} …` : line;
    this.#count++;
    if (this.#first.length < FIRST_LINES) {
      this.#first.push(kept);
      return;
    }
    this.#last.push(kept);
    if (this.#last.length > LAST_LINES) this.#last.shift();
  }

  lines(): readonly string[] {
    const left = this.#count - this.#first.length - this.#last.length;
    const gap = left > 0 ? [`… ${left} lines left out …`] : [];
    return [...this.#first, ...gap, ...this.#last];
  }
}
