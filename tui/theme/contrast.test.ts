import { expect, test } from 'bun:test';
import { lookOf, type Role, THEMES, type ThemeName } from './theme.ts';

/** What text has to reach against its background: WCAG 2.2, 1.4.3. */
const READABLE = 4.5;

/** Backgrounds and named colours as terminals ship them: xterm, VTE (GNOME), Windows Terminal, VS Code, macOS. */
const PALETTES: Readonly<Record<ThemeName, readonly Palette[]>> = {
  dark: [
    {
      background: '#000000',
      cyan: '#00cdcd',
      green: '#00cd00',
      yellowBright: '#ffff00',
      redBright: '#ff0000',
    },
    {
      background: '#171421',
      cyan: '#2aa1b3',
      green: '#26a269',
      yellowBright: '#e9ad0c',
      redBright: '#f66151',
    },
    {
      background: '#0c0c0c',
      cyan: '#3a96dd',
      green: '#13a10e',
      yellowBright: '#f9f1a5',
      redBright: '#e74856',
    },
    {
      background: '#1e1e1e',
      cyan: '#11a8cd',
      green: '#0dbc79',
      yellowBright: '#f5f543',
      redBright: '#f14c4c',
    },
    {
      background: '#000000',
      cyan: '#33bbc8',
      green: '#25bc24',
      yellowBright: '#eaec23',
      redBright: '#fc391f',
    },
  ],
  light: [
    { background: '#ffffff', blue: '#0000ee', red: '#cd0000' },
    { background: '#ffffff', blue: '#12488b', red: '#c01c28' },
    { background: '#ffffff', blue: '#0037da', red: '#c50f1f' },
    { background: '#ffffff', blue: '#0451a5', red: '#cd3131' },
    { background: '#ffffff', blue: '#492ee1', red: '#c23621' },
    { background: '#fdf6e3', blue: '#0000ee', red: '#cd0000' },
  ],
};

interface Palette {
  readonly background: string;
  readonly [colour: string]: string;
}

const ROLES: readonly Role[] = ['quiet', 'brand', 'key', 'good', 'warn', 'bad', 'danger', 'chart', 'alarm'];

for (const theme of THEMES) {
  test.each(ROLES)(`what is %s can be read on a ${theme} background`, (role) => {
    const { color = '' } = lookOf(role, theme);
    const seen = PALETTES[theme].map((palette) => {
      const shown = palette[color] ?? fixed(color);
      return { shown, on: palette.background, ratio: contrast(shown, palette.background) };
    });
    expect(seen.filter(({ ratio }) => ratio < READABLE)).toEqual([]);
  });
}

test('a code is black on white in every theme, which readers ask for', () => {
  for (const theme of THEMES) {
    const { color = '', backgroundColor = '' } = lookOf('code', theme);
    expect(contrast(fixed(color), fixed(backgroundColor))).toBeCloseTo(21, 1);
  }
});

/** A colour of the cube or the greys that xterm fixed for all. */
function fixed(colour: string): string {
  const n = Number(/^ansi256\((\d+)\)$/.exec(colour)?.[1]);
  if (Number.isNaN(n) || n < 16) throw new Error(`nothing says what ${colour} looks like`);
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  if (n >= 232) return `#${hex((n - 232) * 10 + 8).repeat(3)}`;
  const step = (value: number) => hex(value === 0 ? 0 : 55 + value * 40);
  const at = n - 16;
  return `#${step(Math.floor(at / 36))}${step(Math.floor(at / 6) % 6)}${step(at % 6)}`;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

/** Relative luminance: WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
