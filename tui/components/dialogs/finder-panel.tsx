import { useShown } from '../../hooks/use-dashboard.ts';
import type { FinderDialog } from '../../state/dialogs/finder.ts';
import { fit, split } from '../../text/width.ts';
import { Line } from '../segments.tsx';
import { PANEL_EDGE, PANEL_WIDTH, Panel } from './panel.tsx';

const KIND_WIDTH = 8;
const DETAIL_WIDTH = 16;

export interface FinderPanelProps {
  readonly dialog: FinderDialog;
  readonly width: number;
  readonly height: number;
}

export function FinderPanel({ dialog, width, height }: FinderPanelProps) {
  const { glyphs } = useShown();
  const { line, hits, cursor } = dialog;
  const parts = split(line.text);
  const labelWidth = Math.min(width - 2, PANEL_WIDTH) - PANEL_EDGE - KIND_WIDTH - DETAIL_WIDTH - 2;
  const rows = hits.slice(0, Math.max(1, height - 6));
  const whyNot = rows[cursor]?.whyNot;
  return (
    <Panel title="Go to" width={width} height={height}>
      <Line
        segments={[
          [': ', 'key'],
          parts.slice(0, line.at).join(''),
          [parts[line.at] ?? '_', 'selected'],
          parts.slice(line.at + 1).join(''),
        ]}
      />
      {rows.map((hit, i) => (
        <Line
          key={`${hit.kind}/${hit.label}/${hit.detail}`}
          inverse={i === cursor}
          segments={[
            i === cursor ? `${glyphs.cursor} ` : '  ',
            [fit(hit.kind, KIND_WIDTH), 'quiet'],
            hit.whyNot === undefined ? fit(hit.label, labelWidth) : [fit(hit.label, labelWidth), 'quiet'],
            [
              fit(hit.whyNot === undefined ? hit.detail : 'not now', DETAIL_WIDTH, 'right', 'middle'),
              'quiet',
            ],
          ]}
        />
      ))}
      <Line segments={[[whyNot === undefined ? ' ' : `not now: ${whyNot}`, 'warn']]} />
      {rows.length === 0 && <Line segments={[['  nothing is called so', 'quiet']]} />}
    </Panel>
  );
}
