import { Box } from 'ink';
import type { ReactNode } from 'react';
import { useShown } from '../../hooks/use-dashboard.ts';
import { frameColour } from '../../theme/theme.ts';
import { Line } from '../segments.tsx';

export interface PanelProps {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** As wide as it gets, with border and padding. */
  readonly widest?: number;
  readonly children: ReactNode;
}

/** The frame of a dialog, in the middle of the space of the view. */
export function Panel({ title, width, height, widest = PANEL_WIDTH, children }: PanelProps) {
  const { glyphs, theme } = useShown();
  return (
    <Box width={width} height={height} alignItems="center" justifyContent="center">
      <Box
        flexDirection="column"
        borderStyle={glyphs.border}
        borderColor={frameColour(theme)}
        paddingX={2}
        width={Math.min(width - 2, widest)}
      >
        <Line segments={[[title, 'heading']]} />
        {children}
      </Box>
    </Box>
  );
}

/** As wide as most dialogs get. */
export const PANEL_WIDTH = 78;
/** What border and padding take of it. */
export const PANEL_EDGE = 6;
