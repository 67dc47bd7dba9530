import { Box } from 'ink';
import { Line } from '../components/segments.tsx';

/** A view whose number is taken and whose time comes. */
export function LaterView({ text, height }: { readonly text: string; readonly height: number }) {
  return (
    <Box height={height} paddingLeft={2} paddingTop={1}>
      <Line segments={[[text, 'quiet']]} />
    </Box>
  );
}
