const UTF16 = { low: [0xff, 0xfe], high: [0xfe, 0xff] } as const;

/** A stream of bytes as text: UTF-8, or UTF-16 where it begins with the mark of it, as PowerShell's `>` writes. */
export async function* textOf(stream: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  if (stream === null) return;
  let decoder: TextDecoder | undefined;
  for await (const bytes of stream) {
    decoder ??= new TextDecoder(encodingOf(bytes));
    yield decoder.decode(bytes, { stream: true });
  }
  if (decoder) yield decoder.decode();
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === UTF16.low[0] && second === UTF16.low[1]) return 'utf-16le';
  if (first === UTF16.high[0] && second === UTF16.high[1]) return 'utf-16be';
  return 'utf-8';
}
