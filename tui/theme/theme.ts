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
  | 'alarm'
  | 'changed'
  | 'code'
  | 'ink';

export interface Look {
  readonly color?: string;
  readonly backgroundColor?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

/** What the background of the terminal is. */
export const THEMES = ['dark', 'light'] as const;
export type ThemeName = (typeof THEMES)[number];

/** Of the fixed part of 256 colours, which no palette changes: what reads a code needs them. */
const BLACK = 'ansi256(16)';
const WHITE = 'ansi256(231)';

/**
 * Colours of the terminal's own palette, which its owner has chosen, and which 16 colours are enough for; greys of the
 * fixed part, since what terminals make of "dim" is hardly read on some. With 16 colours they are as plain text.
 */
const DARK: Readonly<Record<Role, Look>> = {
  plain: {},
  quiet: { color: 'ansi256(246)' },
  strong: { bold: true },
  brand: { color: 'cyan', bold: true },
  heading: { bold: true },
  key: { color: 'cyan' },
  good: { color: 'green' },
  warn: { color: 'yellowBright' },
  bad: { color: 'redBright' },
  danger: { color: 'redBright', bold: true },
  chart: { color: 'cyan' },
  selected: { inverse: true },
  alarm: { color: 'redBright', bold: true, inverse: true },
  changed: { bold: true, underline: true },
  code: { color: BLACK, backgroundColor: WHITE },
  ink: { color: BLACK, backgroundColor: BLACK },
};

/** Yellow, cyan and green are hardly read on white: darker ones, which 16 colours show as plain text. */
const LIGHT: Readonly<Record<Role, Look>> = {
  ...DARK,
  quiet: { color: 'ansi256(240)' },
  brand: { color: 'blue', bold: true },
  key: { color: 'blue' },
  good: { color: 'ansi256(22)' },
  warn: { color: 'ansi256(94)' },
  bad: { color: 'red' },
  danger: { color: 'red', bold: true },
  chart: { color: 'blue' },
  alarm: { color: 'red', bold: true, inverse: true },
};

const LOOKS: Readonly<Record<ThemeName, Readonly<Record<Role, Look>>>> = { dark: DARK, light: LIGHT };

export function lookOf(role: Role, theme: ThemeName): Look {
  return LOOKS[theme][role];
}

/** The colour of a frame around what asks for an answer. */
export function frameColour(theme: ThemeName): string | undefined {
  return lookOf('key', theme).color;
}

/**
 * What the terminal says of its background in COLORFGBG (`15;0`: white on black; rxvt, Konsole, iTerm2, and what
 * ssh was told to pass on); dark where it says nothing.
 */
export function themeFor(env: Readonly<Record<string, string | undefined>>): ThemeName {
  const background = Number(env.COLORFGBG?.split(';').at(-1) || Number.NaN);
  return background === 7 || background === 15 ? 'light' : 'dark';
}
