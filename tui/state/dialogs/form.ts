import type { Key } from '../../keys/key.ts';
import { editLine, insert, type Line, lineOf } from '../../text/line.ts';
import { CLOSE, type Step } from './dialog.ts';

export type Field =
  | {
      readonly kind: 'text';
      readonly id: string;
      readonly label: string;
      readonly hint: string;
      readonly line: Line;
    }
  | { readonly kind: 'check'; readonly id: string; readonly label: string; readonly on: boolean }
  | {
      readonly kind: 'choice';
      readonly id: string;
      readonly label: string;
      readonly choices: readonly { readonly value: string; readonly label: string }[];
      readonly at: number;
    };

export type Values = Readonly<Record<string, string | boolean>>;

/** Fields one below the other, then the two buttons. `cursor` counts fields first, then submit, then Cancel. */
export interface FormDialog {
  readonly kind: 'form';
  readonly title: string;
  readonly fields: readonly Field[];
  readonly submitLabel: string;
  readonly cursor: number;
  /** What is wrong with the values, as one sentence with the fix; undefined when they can be sent. */
  readonly check: (values: Values) => string | undefined;
  readonly submit: (values: Values) => void;
  readonly error?: string;
}

export const textField = (id: string, label: string, hint: string, text = ''): Field => ({
  kind: 'text',
  id,
  label,
  hint,
  line: lineOf(text),
});

/** Something that is on or off for several: a check where they agree, else left as each has it unless chosen. */
export function switchField(id: string, label: string, on: readonly boolean[]): Field {
  const first = on[0] ?? false;
  if (on.every((each) => each === first)) return { kind: 'check', id, label, on: first };
  return { kind: 'choice', id, label, choices: SWITCHED, at: 0 };
}

const SWITCHED = [
  { value: '', label: 'as each has it' },
  { value: 'yes', label: 'yes' },
  { value: 'no', label: 'no' },
] as const;

/** What was chosen in a {@link switchField}; undefined: as each has it. */
export function chosenSwitch(value: Values[string] | undefined): boolean | undefined {
  return typeof value === 'boolean' ? value : value === 'yes' ? true : value === 'no' ? false : undefined;
}

export function valuesOf(fields: readonly Field[]): Values {
  return Object.fromEntries(
    fields.map((field) => {
      if (field.kind === 'text') return [field.id, field.line.text.trim()];
      if (field.kind === 'check') return [field.id, field.on];
      return [field.id, field.choices[field.at]?.value ?? ''];
    }),
  );
}

export function pressForm(form: FormDialog, key: Key): Step {
  const { fields, cursor } = form;
  const field = fields[cursor];
  const stops = fields.length + 2;
  const move = (by: number): Step => ({ next: { ...form, cursor: (cursor + by + stops) % stops } });

  if (key.name === 'esc' || key.name === 'ctrl-c') return CLOSE;
  if (key.name === 'tab' || key.name === 'down') return move(1);
  if (key.name === 'backtab' || key.name === 'up') return move(-1);
  if (field === undefined) {
    if (key.name === 'left' || key.name === 'right') return move(cursor === fields.length ? 1 : -1);
    if (key.name !== 'enter' && key.name !== 'space') return { next: form };
    return cursor === fields.length ? submit(form) : CLOSE;
  }
  if (key.name === 'enter') return field.kind === 'check' ? change(form, toggled(field)) : move(1);
  const edited = editField(field, key);
  return edited ? change(form, edited) : { next: form };
}

/** A form with a text pasted into the field under the cursor. */
export function pasteIntoForm(form: FormDialog, text: string): FormDialog {
  const field = form.fields[form.cursor];
  return field?.kind === 'text' ? withField(form, { ...field, line: insert(field.line, text) }) : form;
}

function submit(form: FormDialog): Step {
  const values = valuesOf(form.fields);
  const error = form.check(values);
  return error === undefined ? { close: true, run: () => form.submit(values) } : { next: { ...form, error } };
}

function editField(field: Field, key: Key): Field | undefined {
  if (field.kind === 'text') {
    const line = editLine(field.line, key);
    return line && { ...field, line };
  }
  if (field.kind === 'check') return key.name === 'space' ? toggled(field) : undefined;
  const by = key.name === 'left' ? -1 : key.name === 'right' || key.name === 'space' ? 1 : 0;
  return by === 0
    ? undefined
    : { ...field, at: (field.at + by + field.choices.length) % field.choices.length };
}

const toggled = (field: Field & { kind: 'check' }): Field => ({ ...field, on: !field.on });

function change(form: FormDialog, field: Field): Step {
  return { next: withField(form, field) };
}

function withField(form: FormDialog, field: Field): FormDialog {
  return { ...form, error: undefined, fields: form.fields.with(form.cursor, field) };
}
