/** A rectangle of the picture, in even pixels: chroma has half of the resolution. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** How much of the width the large picture takes beside faces. */
const LARGE_SHARE = 0.8;
const GAP = 4;

/** `n` equal boxes that fill the area as squarely as can be, the last row centred. */
export function gridBoxes(n: number, { x, y, w, h }: Box): Box[] {
  const columns = Math.ceil(Math.sqrt(n));
  const rows = Math.ceil(n / columns);
  const cell = { w: w / columns, h: h / rows };
  return Array.from({ length: n }, (_, i) => {
    const row = Math.floor(i / columns);
    const inRow = row === rows - 1 ? n - row * columns : columns;
    const left = (w - inRow * cell.w) / 2;
    return inset({ x: x + left + (i % columns) * cell.w, y: y + row * cell.h, ...cell }, n > 1 ? GAP / 2 : 0);
  });
}

/** One large box, and up to as many as fit of `n` in a column beside it. */
export function besideBoxes(n: number, area: Box): { large: Box; small: Box[] } {
  if (n === 0) return { large: inset(area, 0), small: [] };
  const large = { ...area, w: area.w * LARGE_SHARE };
  const w = area.w - large.w;
  const h = (w * 9) / 16;
  const fit = Math.min(n, Math.max(1, Math.floor(area.h / h)));
  const top = area.y + (area.h - fit * h) / 2;
  const small = Array.from({ length: fit }, (_, i) =>
    inset({ x: area.x + large.w, y: top + i * h, w, h }, GAP / 2),
  );
  return { large: inset(large, 0), small };
}

function inset({ x, y, w, h }: Box, by: number): Box {
  const even = (value: number) => Math.round(value / 2) * 2;
  const left = even(x + by);
  const top = even(y + by);
  return { x: left, y: top, w: Math.max(2, even(x + w - by) - left), h: Math.max(2, even(y + h - by) - top) };
}
