/** A text that the build embedded as zstd; undone in a few milliseconds, so it isn't kept. */
export async function embeddedText(path: string): Promise<string> {
  return new TextDecoder().decode(await Bun.zstdDecompress(await Bun.file(path).bytes()));
}
