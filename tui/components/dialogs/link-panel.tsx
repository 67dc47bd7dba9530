import { Box } from 'ink';
import { useDashboard } from '../../hooks/use-dashboard.ts';
import { useNetwork } from '../../hooks/use-network.ts';
import { COPIED, type LinkDialog, NOT_COPIED } from '../../state/dialogs/link.ts';
import { wrap } from '../../text/wrap.ts';
import { networkState } from '../network-state.ts';
import { QrCode, useQr } from '../qr-code.tsx';
import { Line, plainText } from '../segments.tsx';
import { PAGER_ROLES } from './pager-panel.tsx';

/** Left for the words beside the code. */
const WORDS_WIDTH = 38;
const GAP = 2;

export interface LinkPanelProps {
  readonly dialog: LinkDialog;
  readonly width: number;
  readonly height: number;
}

/** Without a frame: the code takes nearly all lines of a small terminal. The link has lines of its own, to be selected. */
export function LinkPanel({ dialog, width, height }: LinkPanelProps) {
  const link = pieces(dialog.link, width - 2 * GAP);
  const code = useQr(dialog.link, width - WORDS_WIDTH - GAP, height - link.length);
  const network = useNetwork();
  const livekit = useDashboard(({ world }) => world.system?.livekit.state);
  const words = (code ? width - (code[0]?.length ?? 0) - GAP : width) - GAP;
  return (
    <Box flexDirection="column" height={height}>
      {link.map((piece) => (
        <Line key={piece} segments={[' '.repeat(GAP), [piece, 'strong']]} />
      ))}
      <Box gap={GAP} paddingLeft={code ? 0 : GAP} flexGrow={1} alignItems={code ? 'center' : 'flex-start'}>
        {code && <QrCode lines={code} />}
        <Box flexDirection="column" width={words}>
          <Line segments={['']} />
          <Line segments={[[dialog.title, 'heading']]} />
          <Line segments={['']} />
          {dialog.lines.flatMap(({ text, tone }) =>
            wrap(text, words).map((line) => (
              <Line key={line} segments={tone ? [[line, PAGER_ROLES[tone]]] : [line]} />
            )),
          )}
          {wrap(dialog.isCopied ? COPIED : NOT_COPIED, words).map((line) => (
            <Line key={line} segments={[[line, 'quiet']]} />
          ))}
          {!code && <Line segments={[['A larger window shows a QR code too.', 'quiet']]} />}
          <Line segments={['']} />
          {networkState(network, livekit).map((segments) => (
            <Line key={plainText(segments)} segments={segments} />
          ))}
          <Line segments={['']} />
          <Line segments={[['any other key closes', 'quiet']]} />
        </Box>
      </Box>
    </Box>
  );
}

/** A link has no words: it is cut where the line ends, and nowhere else. */
function pieces(link: string, width: number): string[] {
  return Array.from({ length: Math.ceil(link.length / width) }, (_, i) =>
    link.slice(i * width, (i + 1) * width),
  );
}
