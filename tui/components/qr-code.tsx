import { Box } from 'ink';
import { useMemo } from 'react';
import { useShown } from '../hooks/use-dashboard.ts';
import { qrLines } from '../text/qr.ts';
import { Line, type Segment } from './segments.tsx';

/** The margin that the standard asks for, and one that still works; the widest that there is room for is taken. */
const QUIET_ZONES = [4, 2];

/**
 * The code of a text; undefined where there is no room for it. With colours it is black on white whatever the screen
 * is; without any its light part is drawn on a dark screen and its dark part on a light one.
 */
export function useQr(text: string, width: number, height: number): readonly string[] | undefined {
  const { glyphs, theme } = useShown();
  const { drawsBlocks, hasColours } = glyphs;
  const codes = useMemo(() => {
    const signs = { drawsBlocks, drawsDark: hasColours || theme === 'light' };
    return text === '' ? [] : QUIET_ZONES.map((quietZone) => qrLines(text, quietZone, signs));
  }, [text, theme, drawsBlocks, hasColours]);
  return codes.find((lines) => lines.length <= height && (lines[0]?.length ?? 0) <= width);
}

export function QrCode({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box flexDirection="column" width={lines[0]?.length ?? 0} flexShrink={0}>
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a picture have no other identity
        <Line key={i} segments={runsOf(line)} />
      ))}
    </Box>
  );
}

/** Signs that do not fill their cells are filled by their colour. */
function runsOf(line: string): Segment[] {
  if (!line.includes('#')) return [[line, 'code']];
  return (line.match(/#+| +/g) ?? []).map((run) => [run, run.startsWith('#') ? 'ink' : 'code']);
}
