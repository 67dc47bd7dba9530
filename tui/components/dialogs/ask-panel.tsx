import { Text } from 'ink';
import { useShown } from '../../hooks/use-dashboard.ts';
import type { AskDialog, Option } from '../../state/dialogs/ask.ts';
import { Line, type Segment } from '../segments.tsx';
import { Panel } from './panel.tsx';

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
  return (
    <Panel title={dialog.title} width={width} height={height}>
      {dialog.lines.map((line) => (
        <Text key={line}>{line}</Text>
      ))}
      <Text> </Text>
      {dialog.layout === 'row' ? (
        <Line segments={dialog.options.flatMap(option)} />
      ) : (
        dialog.options.map((entry, i) => <Line key={entry.label} segments={option(entry, i)} />)
      )}
    </Panel>
  );
}
