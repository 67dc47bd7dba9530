import { useEffect, useMemo } from 'react';
import { useShown } from '../../hooks/use-dashboard.ts';
import type { PagerDialog, PagerLine } from '../../state/dialogs/pager.ts';
import { count } from '../../text/time.ts';
import { widthOf } from '../../text/width.ts';
import { wrap } from '../../text/wrap.ts';
import type { Role } from '../../theme/theme.ts';
import { Line } from '../segments.tsx';
import { PANEL_EDGE, Panel } from './panel.tsx';

/** There is more to read here than in other dialogs. */
const WIDEST = 104;
/** Border, title, and the line that tells how to go on. */
const FRAME_LINES = 5;

export const PAGER_ROLES: Readonly<Record<NonNullable<PagerLine['tone']>, Role>> = {
  heading: 'key',
  quiet: 'quiet',
  strong: 'strong',
};

export interface PagerPanelProps {
  readonly dialog: PagerDialog;
  readonly width: number;
  readonly height: number;
}

export function PagerPanel({ dialog, width, height }: PagerPanelProps) {
  const { dashboard } = useShown();
  const inner = Math.min(width - 2, WIDEST) - PANEL_EDGE;
  const lines = useMemo(() => dialog.lines.flatMap((line) => wrapped(line, inner)), [dialog.lines, inner]);
  const room = Math.max(1, height - FRAME_LINES);
  const limit = Math.max(0, lines.length - room);
  useEffect(() => dashboard.limitPager(limit), [dashboard, limit]);
  const top = Math.min(dialog.top, limit);
  const shown = lines.slice(top, top + room);
  const more = lines.length - top - shown.length;
  return (
    <Panel title={dialog.title} width={width} height={height} widest={WIDEST}>
      {shown.map(({ text, tone }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
        <Line key={top + i} segments={tone ? [[text || ' ', PAGER_ROLES[tone]]] : [text || ' ']} />
      ))}
      <Line
        segments={[
          [
            more > 0 ? `${count(more, 'more line')}: j, k, PgDn, G; any other key closes` : 'any key closes',
            'quiet',
          ],
        ]}
      />
    </Panel>
  );
}

function wrapped({ lead, text, tone }: PagerLine, width: number): readonly PagerLine[] {
  if (lead === undefined) return [{ text, tone }];
  const indent = ' '.repeat(lead.length);
  return wrap(text, width - widthOf(lead)).map((line, i) => ({
    text: `${i === 0 ? lead : indent}${line}`,
    tone,
  }));
}
