/** A line longer than this is cut; what follows up to its end is dropped, so that no output can fill the memory. */
export const MAX_LINE_CHARS = 32_768;

const CUT_MARK = ' …';

/** Puts chunks of text together to lines. */
export class LineSplitter {
  #rest = '';
  #cut = false;

  constructor(private readonly onLine: (line: string) => void) {}

  push(text: string): void {
    let from = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', from)) {
      this.#append(text.slice(from, end));
      this.flush();
      from = end + 1;
    }
    this.#append(text.slice(from));
  }

  /** Ends the line that is still open, if there is one. */
  flush(): void {
    const line = this.#rest.endsWith('\r') ? this.#rest.slice(0, -1) : this.#rest;
    const cut = this.#cut;
    this.#rest = '';
    this.#cut = false;
    if (line !== '' || cut) this.onLine(cut ? line + CUT_MARK : line);
  }

  #append(part: string): void {
    const room = MAX_LINE_CHARS - this.#rest.length;
    if (part.length > room) this.#cut = true;
    if (room > 0) this.#rest += part.slice(0, room);
  }
}

/** Reads a stream to its end, line by line, never faster than `onLine` takes them. */
export async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  const splitter = new LineSplitter(onLine);
  for await (const chunk of stream) splitter.push(decoder.decode(chunk, { stream: true }));
  splitter.push(decoder.decode());
  splitter.flush();
}
