import { BINDINGS, keyLabel } from '../keys/table.ts';
import type { Dialog } from '../state/dialogs/dialog.ts';
import { buttonsOf, type Field, type FormDialog, labelOf } from '../state/dialogs/form.ts';
import { COPIED, NOT_COPIED } from '../state/dialogs/link.ts';
import { listed } from '../text/listed.ts';

/** What an open dialog says: once all of it when it opens, then what is chosen. */
export interface SpokenDialog {
  readonly opening: readonly string[];
  readonly chosen: string;
}

export function speakDialog(dialog: Dialog): SpokenDialog {
  switch (dialog.kind) {
    case 'ask': {
      const option = dialog.options[dialog.cursor];
      const place = `${dialog.cursor + 1} of ${dialog.options.length}`;
      const names = listed(dialog.names ?? []);
      return {
        opening: [dialog.title, ...dialog.lines, ...names],
        chosen: `${option?.label ?? ''}, answer ${place}`,
      };
    }
    case 'columns': {
      const entry = dialog.entries[dialog.cursor];
      const place = `${dialog.cursor + 1} of ${dialog.entries.length}`;
      return {
        opening: [dialog.title],
        chosen: `${entry?.name ?? ''}, ${entry?.on ? 'shown' : 'hidden'}, column ${place}`,
      };
    }
    case 'form':
      return {
        opening: [dialog.title],
        chosen: [dialog.error?.text, fieldText(dialog)].filter(Boolean).join('. '),
      };
    case 'finder': {
      const hit = dialog.hits[dialog.cursor];
      const found = hit
        ? `${hit.kind} ${hit.label} ${hit.whyNot === undefined ? hit.detail : `not now: ${hit.whyNot}`}`
        : 'nothing is called so';
      return { opening: ['Go to'], chosen: `${dialog.line.text}: ${found}` };
    }
    case 'pager':
      return {
        opening: [dialog.title, ...dialog.lines.map(({ lead = '', text }) => `${lead}${text}`)],
        chosen: '',
      };
    case 'link':
      return {
        opening: [dialog.title, dialog.link, ...dialog.lines.map(({ text }) => text)],
        chosen: dialog.isCopied ? COPIED : NOT_COPIED,
      };
  }
}

function fieldText(form: FormDialog): string {
  const { fields, cursor } = form;
  const field = fields[cursor];
  const button = buttonsOf(form)[cursor - fields.length];
  if (field === undefined) return button ? `${labelOf(form, button)}, button` : '';
  return `${field.label}: ${valueText(field)}`;
}

function valueText(field: Field): string {
  if (field.kind === 'check') return field.on ? 'checked' : 'not checked';
  if (field.kind === 'choice') return field.choices[field.at]?.label ?? '';
  if (field.line.text === '') return `empty, ${field.hint}`;
  return field.isSecret ? 'given' : field.line.text;
}

/** Said at the start, since there is no footer to look at. */
export const HELP_HINT = `${BINDINGS.filter(({ id }) => id === 'help' || id === 'quit')
  .map(({ keys, label }) => `${keyLabel(keys[0] ?? '')} ${label}`)
  .join(', ')}; the digits go to the views.`;
