import { Text } from 'ink';
import { useShown } from '../../hooks/use-dashboard.ts';
import type { Field, FormDialog } from '../../state/dialogs/form.ts';
import { fit, split } from '../../text/width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { Line, type Segment } from '../segments.tsx';
import { Panel } from './panel.tsx';

const LABEL_WIDTH = 14;

export interface FormPanelProps {
  readonly dialog: FormDialog;
  readonly width: number;
  readonly height: number;
}

export function FormPanel({ dialog, width, height }: FormPanelProps) {
  const { glyphs } = useShown();
  const { fields, cursor } = dialog;
  return (
    <Panel title={dialog.title} width={width} height={height}>
      <Text> </Text>
      {fields.map((field, i) => (
        <Line key={field.id} segments={fieldSegments(field, i === cursor, glyphs)} />
      ))}
      <Line segments={[[dialog.error ?? ' ', 'bad']]} />
      <Line
        segments={[
          button(dialog.submitLabel, cursor === fields.length, glyphs),
          '  ',
          button('Cancel', cursor === fields.length + 1, glyphs),
        ]}
      />
    </Panel>
  );
}

function button(label: string, here: boolean, glyphs: Glyphs): Segment {
  return [`${here ? glyphs.cursor : ' '} ${label} `, here ? 'selected' : 'plain'];
}

function fieldSegments(field: Field, here: boolean, glyphs: Glyphs): Segment[] {
  const mark: Segment = [here ? `${glyphs.cursor} ` : '  ', 'key'];
  if (field.kind === 'check') {
    return [
      mark,
      [`${field.on ? glyphs.checked : glyphs.unchecked} ${field.label}`, here ? 'strong' : 'plain'],
    ];
  }
  const label: Segment = [fit(field.label, LABEL_WIDTH), here ? 'strong' : 'plain'];
  if (field.kind === 'choice') {
    const chosen = field.choices[field.at]?.label ?? '';
    return [mark, label, here ? [`< ${chosen} >`, 'selected'] : `  ${chosen}`];
  }
  return [mark, label, ...editorSegments(field, here)];
}

function editorSegments(field: Field & { kind: 'text' }, here: boolean): Segment[] {
  const { text, at } = field.line;
  const hint: Segment = [text === '' ? ` ${field.hint}` : '', 'quiet'];
  if (!here) return [text, hint];
  const parts = split(text);
  return [parts.slice(0, at).join(''), [parts[at] ?? '_', 'selected'], parts.slice(at + 1).join(''), hint];
}
