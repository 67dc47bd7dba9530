import { useShown } from '../../hooks/use-dashboard.ts';
import { buttonsOf, type Field, type FormDialog, labelOf } from '../../state/dialogs/form.ts';
import { fit, split, truncate, widthOf } from '../../text/width.ts';
import { wrapLines } from '../../text/wrap.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { Line, type Segment } from '../segments.tsx';
import { PANEL_EDGE, PANEL_WIDTH, Panel } from './panel.tsx';

const LABEL_WIDTH = 14;
const GAP = 2;
const MARK_WIDTH = 2;
/** The frame, the title and the buttons. */
const FRAME_LINES = 4;

export interface FormPanelProps {
  readonly dialog: FormDialog;
  readonly width: number;
  readonly height: number;
}

/** Where there is no room for all fields, those around the cursor. */
export function FormPanel({ dialog, width, height }: FormPanelProps) {
  const { glyphs } = useShown();
  const { fields, cursor, error } = dialog;
  const inner = Math.min(width - 2, PANEL_WIDTH) - PANEL_EDGE;
  const label = Math.max(
    LABEL_WIDTH,
    ...fields.map((field) => (field.kind === 'check' ? 0 : widthOf(field.label) + GAP)),
  );
  const lines = fields.flatMap((field, i) => {
    const fault = error && error.field === field.id ? faultLines(error.text, inner) : [];
    return [
      fieldSegments(field, { here: i === cursor, label, room: inner - label - MARK_WIDTH, glyphs }),
      ...fault,
    ].map((segments) => ({ i, segments }));
  });
  const below = error && !fields.some(({ id }) => id === error.field) ? faultLines(error.text, inner) : [];
  const room = Math.max(1, height - FRAME_LINES - Math.max(1, below.length));
  const here = lines.findIndex(({ i }) => i === cursor);
  const at = here < 0 ? lines.length - 1 : here;
  const top = Math.max(0, Math.min(at - Math.floor(room / 2), lines.length - room));
  const shown = lines.slice(top, top + room);
  const more = lines.length - top - shown.length;
  const title = top + more > 0 ? `${dialog.title} (${fields.length} fields)` : dialog.title;
  return (
    <Panel title={title} width={width} height={height}>
      {shown.map(({ segments }, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a form have no other identity
        <Line key={top + i} segments={segments} />
      ))}
      {below.length > 0 ? (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
        below.map((segments, i) => <Line key={`fault ${i}`} segments={segments} />)
      ) : (
        <Line segments={[[more > 0 ? `${glyphs.down} more below` : ' ', 'quiet']]} />
      )}
      <Line
        segments={buttonsOf(dialog).flatMap((button, i): Segment[] => [
          buttonSegment(labelOf(dialog, button), cursor === fields.length + i, glyphs),
          '  ',
        ])}
      />
    </Panel>
  );
}

function buttonSegment(label: string, here: boolean, glyphs: Glyphs): Segment {
  return [`${here ? glyphs.cursor : ' '} ${label} `, here ? 'selected' : 'plain'];
}

function faultLines(text: string, width: number): Segment[][] {
  return wrapLines(text, width - GAP).map((line): Segment[] => ['  ', [line, 'bad']]);
}

interface FieldContext {
  readonly here: boolean;
  /** Cells for the label, and for what is typed. */
  readonly label: number;
  readonly room: number;
  readonly glyphs: Glyphs;
}

function fieldSegments(field: Field, { here, label: labelWidth, room, glyphs }: FieldContext): Segment[] {
  const mark: Segment = [fit(here ? glyphs.cursor : '', MARK_WIDTH), 'key'];
  if (field.kind === 'check') {
    return [
      mark,
      [`${field.on ? glyphs.checked : glyphs.unchecked} ${field.label}`, here ? 'strong' : 'plain'],
    ];
  }
  const label: Segment = [fit(field.label, labelWidth), here ? 'strong' : 'plain'];
  if (field.kind === 'choice') {
    const chosen = field.choices[field.at]?.label ?? '';
    return [mark, label, here ? [`< ${chosen} >`, 'selected'] : `  ${chosen}`];
  }
  return [mark, label, ...editorSegments(field, here, room)];
}

/** Of a text that is too long the part around the cursor is shown. */
function editorSegments(field: Field & { kind: 'text' }, here: boolean, room: number): Segment[] {
  const { at } = field.line;
  const text = field.isSecret ? '*'.repeat(split(field.line.text).length) : field.line.text;
  const hint: Segment = [text === '' || here ? ` ${field.hint}` : '', 'quiet'];
  if (!here) return [truncate(text, room, 'middle'), hint];
  const parts = split(text);
  const from = Math.max(0, at - room + 1);
  return [
    parts.slice(from, at).join(''),
    [parts[at] ?? '_', 'selected'],
    parts.slice(at + 1, from + room).join(''),
    hint,
  ];
}
