import type { PagerDialog, PagerLine } from '../../state/dialogs/pager.ts';
import type { Role } from '../../theme/theme.ts';
import { Line } from '../segments.tsx';
import { Panel } from './panel.tsx';

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
  const room = Math.max(1, height - 5);
  const top = Math.max(0, Math.min(dialog.top, dialog.lines.length - room));
  const shown = dialog.lines.slice(top, top + room);
  const more = dialog.lines.length - top - shown.length;
  return (
    <Panel title={dialog.title} width={width} height={height}>
      {shown.map(({ text, tone }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
        <Line key={top + i} segments={tone ? [[text || ' ', PAGER_ROLES[tone]]] : [text || ' ']} />
      ))}
      <Line
        segments={[
          [more > 0 ? `${more} more lines: j, k, PgDn; any other key closes` : 'any key closes', 'quiet'],
        ]}
      />
    </Panel>
  );
}
