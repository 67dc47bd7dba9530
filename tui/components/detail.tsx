import { Box } from 'ink';
import { Line, type Segment } from './segments.tsx';

export interface DetailProps {
  readonly lines: readonly (readonly Segment[])[];
  readonly height: number;
}

/** What there is no room for in the selected row, below the table. */
export function Detail({ lines, height }: DetailProps) {
  return (
    <Box flexDirection="column" height={height}>
      {lines.slice(0, height).map((segments, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
        <Line key={i} segments={['  ', ...segments]} />
      ))}
    </Box>
  );
}
