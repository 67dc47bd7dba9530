import { useShown } from '../../hooks/use-dashboard.ts';
import type { ColumnsDialog } from '../../state/dialogs/columns.ts';
import { Line } from '../segments.tsx';
import { Panel } from './panel.tsx';

/** The frame, the title and the line of keys. */
const FRAME_LINES = 5;

export interface ColumnsPanelProps {
  readonly dialog: ColumnsDialog;
  readonly width: number;
  readonly height: number;
}

export function ColumnsPanel({ dialog, width, height }: ColumnsPanelProps) {
  const { glyphs } = useShown();
  const { entries, cursor } = dialog;
  const room = Math.max(1, height - FRAME_LINES);
  const top = Math.max(0, Math.min(cursor - Math.floor(room / 2), entries.length - room));
  return (
    <Panel title={dialog.title} width={width} height={height}>
      {entries.slice(top, top + room).map(({ id, name, on }, i) => (
        <Line
          key={id}
          segments={[
            [top + i === cursor ? `${glyphs.cursor} ` : '  ', 'key'],
            [`${on ? glyphs.checked : glyphs.unchecked} ${name}`, top + i === cursor ? 'strong' : 'plain'],
          ]}
        />
      ))}
      <Line segments={[' ']} />
      <Line segments={[['A narrow window leaves out those that matter least.', 'quiet']]} />
    </Panel>
  );
}
