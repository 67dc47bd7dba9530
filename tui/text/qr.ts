// Small (27 kB), without dependencies, and kept: Reed-Solomon and masks are not what this product is about.
import { encode } from 'uqr';

/** How modules become characters: which of them are drawn, and with what. */
export interface QrSigns {
  /** Draw the dark modules, or the light ones where the screen itself is dark. */
  readonly drawsDark: boolean;
  /** Half blocks, two modules one above the other; else two signs a module, side by side. */
  readonly drawsBlocks: boolean;
}

/**
 * A text as the lines of a QR code within `quietZone` modules of light. ISO/IEC 18004 asks for four; with two a join
 * link fits into 24 lines, and readers take it.
 */
export function qrLines(text: string, quietZone: number, { drawsDark, drawsBlocks }: QrSigns): string[] {
  const { data } = encode(text, { ecc: 'L', border: quietZone });
  const isDrawn = (row: number, column: number) => {
    const dark = data[row]?.[column] ?? false;
    return drawsDark ? dark : !dark && row < data.length;
  };
  if (!drawsBlocks)
    return data.map((modules, row) => modules.map((_, i) => (isDrawn(row, i) ? '##' : '  ')).join(''));
  return Array.from({ length: Math.ceil(data.length / 2) }, (_, line) =>
    Array.from({ length: data.length }, (_, column) =>
      block(isDrawn(2 * line, column), isDrawn(2 * line + 1, column)),
    ).join(''),
  );
}

function block(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
