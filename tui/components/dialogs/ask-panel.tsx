import { useShown } from '../../hooks/use-dashboard.ts';
import type { AskDialog, Option } from '../../state/dialogs/ask.ts';
import { listed } from '../../text/listed.ts';
import { truncate } from '../../text/width.ts';
import { wrapLines } from '../../text/wrap.ts';
import { Line, type Segment } from '../segments.tsx';
import { PANEL_EDGE, PANEL_WIDTH, Panel } from './panel.tsx';

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
  const inner = Math.min(width - 2, PANEL_WIDTH) - PANEL_EDGE;
  const lines = dialog.lines.flatMap((line) => wrapLines(line, inner));
  const answers = dialog.layout === 'row' ? 1 : 0;
  const names = listed(dialog.names ?? [], height - FRAME_LINES - lines.length - answers);
  const said = [...lines, ...names.map((name) => truncate(name, inner, 'middle'))];
  const room = Math.max(1, height - FRAME_LINES - said.length);
  const top = Math.max(0, Math.min(dialog.cursor - Math.floor(room / 2), dialog.options.length - room));
  return (
    <Panel title={dialog.title} width={width} height={height}>
      {said.map((line, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
        <Line key={i} segments={[line]} />
      ))}
      <Line segments={['']} />
      {dialog.layout === 'row' ? (
        <Line segments={dialog.options.flatMap(option)} />
      ) : (
        dialog.options
          .slice(top, top + room)
          // biome-ignore lint/suspicious/noArrayIndexKey: two of them may be called the same
          .map((entry, i) => <Line key={top + i} segments={option(entry, top + i)} />)
      )}
    </Panel>
  );
}
