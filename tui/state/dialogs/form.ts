import { ApiError, textOf } from '../../api/error.ts';
import type { Key } from '../../keys/key.ts';
import { clean } from '../../text/clean.ts';
import { editLine, insert, type Line, lineOf } from '../../text/line.ts';
import { CLOSE, type Step } from './dialog.ts';

export type Field =
  | {
      readonly kind: 'text';
      readonly id: string;
      readonly label: string;
      readonly hint: string;
      readonly line: Line;
      /** A password: nobody who looks over a shoulder reads it. */
      readonly isSecret?: boolean;
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

/** What is wrong, and with which field where it is one. */
export interface Fault {
  readonly text: string;
  readonly field?: string;
}

/** Fields one below the other, then the buttons. `cursor` counts fields first, then submit, `more` if any, Cancel. */
export interface FormDialog {
  readonly kind: 'form';
  readonly title: string;
  readonly fields: readonly Field[];
  readonly submitLabel: string;
  readonly cursor: number;
  /** What is wrong with the values, as one sentence with the fix; undefined when they can be sent. */
  readonly check: (values: Values) => string | Fault | undefined;
  /** `form` is as it was sent: {@link refused} shows it again. */
  readonly submit: (values: Values, form: FormDialog) => void;
  /** Another form for the same, with more in it. */
  readonly more?: { readonly label: string; readonly form: (values: Values) => FormDialog };
  readonly error?: Fault;
}

export const textField = (id: string, label: string, hint: string, text = ''): Field & { kind: 'text' } => ({
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
  const buttons = buttonsOf(form);
  const stops = fields.length + buttons.length;
  const move = (by: number): Step => ({ next: { ...form, cursor: (cursor + by + stops) % stops } });

  if (key.name === 'esc' || key.name === 'ctrl-c') return CLOSE;
  if (key.name === 'ctrl-s') return submit(form);
  if (key.name === 'tab' || key.name === 'down') return move(1);
  if (key.name === 'backtab' || key.name === 'up') return move(-1);
  if (field === undefined) {
    const at = cursor - fields.length;
    if (key.name === 'left' || key.name === 'right') {
      const next = (at + (key.name === 'left' ? -1 : 1) + buttons.length) % buttons.length;
      return { next: { ...form, cursor: fields.length + next } };
    }
    if (key.name !== 'enter' && key.name !== 'space') return { next: form };
    return pressButton(form, buttons[at]);
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
  const fault = form.check(values);
  if (fault === undefined) return { close: true, run: () => form.submit(values, form) };
  return { next: faulty(form, typeof fault === 'string' ? { text: fault } : fault) };
}

export type Button = 'submit' | 'more' | 'cancel';

export function buttonsOf({ more }: FormDialog): readonly Button[] {
  return more === undefined ? ['submit', 'cancel'] : ['submit', 'more', 'cancel'];
}

/** What stands on a button. */
export function labelOf({ submitLabel, more }: FormDialog, button: Button): string {
  if (button === 'submit') return submitLabel;
  return button === 'more' ? (more?.label ?? '') : 'Cancel';
}

function pressButton(form: FormDialog, button: Button | undefined): Step {
  if (button === 'submit') return submit(form);
  if (button === 'more' && form.more) return { next: form.more.form(valuesOf(form.fields)) };
  return CLOSE;
}

/** The form with the cursor on the field that is wrong. */
function faulty(form: FormDialog, error: Fault): FormDialog {
  const at = form.fields.findIndex(({ id }) => id === error.field);
  return { ...form, error, cursor: at >= 0 ? at : form.cursor };
}

/** The form as it was sent, with what the server had against it, at its field where it is about one. */
export function refused(form: FormDialog, error: unknown): FormDialog {
  const text = clean(textOf(error));
  const named = error instanceof ApiError ? (error.field ?? FIELD_OF_CODE[error.code]) : undefined;
  const field = named === undefined ? undefined : fieldOf(form, named);
  return faulty(form, field === undefined ? { text } : { text, field });
}

/** What a refusal is about that doesn't say it. */
const FIELD_OF_CODE: Readonly<Record<string, string>> = { room_exists: 'name', user_not_found: 'who' };

function fieldOf({ fields }: FormDialog, name: string): string | undefined {
  const parts = name.split('.');
  return fields.find(({ id }) => id === name || parts.includes(id))?.id;
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
