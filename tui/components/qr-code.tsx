import { Box } from 'ink';
import { useMemo } from 'react';
import { useShown } from '../hooks/use-dashboard.ts';
import { qrLines } from '../text/qr.ts';
import { Line } from './segments.tsx';

/** The code of a text; undefined where the space, or a terminal without its signs, can't show it. */
export function useQr(text: string, width: number, height: number): readonly string[] | undefined {
  const { glyphs, theme } = useShown();
  const lines = useMemo(() => (text === '' ? [] : qrLines(text, theme)), [text, theme]);
  const [first] = lines;
  const fits = first !== undefined && glyphs.drawsBlocks && lines.length <= height && first.length <= width;
  return fits ? lines : undefined;
}

export function QrCode({ lines }: { readonly lines: readonly string[] }) {
  return (
    <Box flexDirection="column" width={lines[0]?.length ?? 0} flexShrink={0}>
      {lines.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a picture have no other identity
        <Line key={i} segments={[[line, 'code']]} />
      ))}
    </Box>
  );
}
