/** What a colour means. Views name roles; only this file knows colours. */
export type Role =
  | 'plain'
  | 'quiet'
  | 'strong'
  | 'brand'
  | 'heading'
  | 'key'
  | 'good'
  | 'warn'
  | 'bad'
  | 'danger'
  | 'chart'
  | 'selected'
  | 'changed';

export interface Look {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

/** Colours of the terminal's own palette, so that light and dark backgrounds both work, also with 16 of them. */
const LOOKS: Readonly<Record<Role, Look>> = {
  plain: {},
  quiet: { dimColor: true },
  strong: { bold: true },
  brand: { color: 'cyan', bold: true },
  heading: { bold: true },
  key: { color: 'cyan' },
  good: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red' },
  danger: { color: 'red', bold: true },
  chart: { color: 'cyan' },
  selected: { inverse: true },
  changed: { bold: true, underline: true },
};

export function lookOf(role: Role): Look {
  return LOOKS[role];
}
