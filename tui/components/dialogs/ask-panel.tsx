import { Text } from 'ink';
import { useShown } from '../../hooks/use-dashboard.ts';
import type { AskDialog, Option } from '../../state/dialogs/ask.ts';
import { listed } from '../../text/listed.ts';
import { Line, type Segment } from '../segments.tsx';
import { Panel } from './panel.tsx';

/** Border, title and the line above the answers. */
const FRAME_LINES = 4;

export interface AskPanelProps {
  readonly dialog: AskDialog;
  readonly width: number;
  readonly height: number;
}

export function AskPanel({ dialog, width, height }: AskPanelProps) {
  const { glyphs } = useShown();
  const option = ({ label, key, danger }: Option, i: number): Segment[] => {
    const here = i === dialog.cursor;
    const text = `${here ? glyphs.cursor : ' '} ${label}${key === undefined ? '' : ` (${key})`} `;
    return [[text, here ? 'selected' : danger ? 'danger' : 'plain'], '  '];
  };
  const answers = dialog.layout === 'row' ? 1 : 0;
  const names = listed(dialog.names ?? [], height - FRAME_LINES - dialog.lines.length - answers);
  const said = [...dialog.lines, ...names];
  const room = Math.max(1, height - FRAME_LINES - said.length);
  const top = Math.max(0, Math.min(dialog.cursor - Math.floor(room / 2), dialog.options.length - room));
  return (
    <Panel title={dialog.title} width={width} height={height}>
      {said.map((line) => (
        <Text key={line} wrap="truncate-middle">
          {line}
        </Text>
      ))}
      <Text> </Text>
      {dialog.layout === 'row' ? (
        <Line segments={dialog.options.flatMap(option)} />
      ) : (
        dialog.options
          .slice(top, top + room)
          .map((entry, i) => <Line key={entry.label} segments={option(entry, top + i)} />)
      )}
    </Panel>
  );
}
