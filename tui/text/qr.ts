// Small (27 kB), without dependencies, and kept: Reed-Solomon and masks are not what this product is about.
import { encode } from 'uqr';
import type { ThemeName } from '../theme/theme.ts';

/** Modules around the code: half of what ISO/IEC 18004 asks for, so that a join link fits into 24 lines. */
const QUIET_ZONE = 2;

/**
 * A text as a QR code of half blocks, two modules a character, one above the other. What is drawn is the light part
 * on a dark screen and the dark part on a light one, so that it can be read without any colour too.
 */
export function qrLines(text: string, theme: ThemeName): string[] {
  const { data } = encode(text, { ecc: 'L', border: QUIET_ZONE });
  const isDrawn = (row: number, column: number) => {
    const dark = data[row]?.[column] ?? false;
    return theme === 'light' ? dark : !dark && row < data.length;
  };
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
