import type { Box } from './grid.ts';
import type { Scene } from './scenes.ts';

const MOST_LETTERS = 40;
const HEAD = (width: number, height: number) => `[Script Info]
ScriptType: v4.00+
PlayResX: ${width}
PlayResY: ${height}
WrapStyle: 2
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Name,sans-serif,20,&H00FFFFFF,&H00FFFFFF,&H60000000,&H60000000,0,0,0,0,100,100,0,0,3,3,0,1,0,0,0,-1
Style: Alone,sans-serif,20,&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,0,0,5,0,0,0,-1
Style: Card,sans-serif,20,&H00302A26,&H00302A26,&H00302A26,&H00302A26,0,0,0,0,100,100,0,0,1,0,0,7,0,0,0,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
`;

/**
 * Names as subtitles (ASS), placed on the tiles; people without a picture get a card. Subtitles rather than
 * drawtext: libass shapes every script from right to left too, and takes another font for letters that one lacks.
 */
export function labelsOf(scenes: readonly Scene[], size: { width: number; height: number }): string {
  const lines = scenes.flatMap(({ from, to, tiles }) =>
    tiles.flatMap(({ box, name, lane }) => {
      const line = (layer: number, style: string, text: string) =>
        `Dialogue: ${layer},${time(from)},${time(to)},${style},,0,0,0,,${text}`;
      if (lane)
        return [
          line(2, 'Name', `{\\an1\\pos(${box.x + 8},${box.y + box.h - 8})\\fs${fontSize(box)}}${safe(name)}`),
        ];
      const middle = `${box.x + box.w / 2},${box.y + box.h / 2}`;
      return [
        line(
          0,
          'Card',
          `{\\an7\\pos(${box.x},${box.y})\\p1}m 0 0 l ${box.w} 0 ${box.w} ${box.h} 0 ${box.h}{\\p0}`,
        ),
        line(1, 'Alone', `{\\an5\\pos(${middle})\\fs${fontSize(box) * 1.4}}${safe(name)}`),
      ];
    }),
  );
  return `${HEAD(size.width, size.height)}${lines.join('\n')}\n`;
}

function fontSize({ h }: Box): number {
  return Math.min(36, Math.max(12, Math.round(h / 14)));
}

/** What a person wrote, never a command: braces and backslashes begin those. */
function safe(name: string): string {
  const letters = [...new Intl.Segmenter().segment(name.replace(/\p{Cc}+/gu, ' '))].map(
    ({ segment }) => segment,
  );
  const short = letters.length > MOST_LETTERS ? [...letters.slice(0, MOST_LETTERS - 1), '…'] : letters;
  return short.join('').replaceAll('\\', '\\\u2060').replaceAll('{', '\\{').replaceAll('}', '\\}');
}

/** h:mm:ss.cc, hundredths rounded down: a scene begins with its first picture. */
function time(seconds: number): string {
  const hundredths = Math.floor(seconds * 100 + 0.001);
  const two = (value: number) => String(value).padStart(2, '0');
  const whole = Math.floor(hundredths / 100);
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${two(hundredths % 100)}`;
}
