import type { Segment } from '../components/segments.tsx';
import { fit } from '../text/width.ts';
import { wrapLines } from '../text/wrap.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import type { Role } from '../theme/theme.ts';

/** One line of a report. */
export type Line = Segment[];

export interface ReportContext {
  readonly width: number;
  readonly now: number;
  readonly glyphs: Glyphs;
}

export const LABEL_WIDTH = 12;

export const heading = (text: string): Line => [[`  ${text}`, 'heading']];
export const label = (text: string): Line => ['  ', [fit(text, LABEL_WIDTH), 'quiet']];

/** A text behind its name, in as many lines as it needs. */
export function field(name: string, text: string, { width }: ReportContext, role: Role = 'plain'): Line[] {
  return wrapLines(text, width - LABEL_WIDTH - 4).map((line, i) => [
    ...label(i === 0 ? name : ''),
    [line, role],
  ]);
}
