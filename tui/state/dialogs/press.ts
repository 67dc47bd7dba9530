import type { Key } from '../../keys/key.ts';
import { pressAsk } from './ask.ts';
import { pressColumns } from './columns.ts';
import type { Dialog, Step } from './dialog.ts';
import { pasteIntoFinder, pressFinder } from './finder.ts';
import { pasteIntoForm, pressForm } from './form.ts';
import { pressLink } from './link.ts';
import { pressPager } from './pager.ts';

/** What a key does to whichever dialog is open. */
export function pressDialog(dialog: Dialog, key: Key): Step {
  switch (dialog.kind) {
    case 'ask':
      return pressAsk(dialog, key);
    case 'columns':
      return pressColumns(dialog, key);
    case 'form':
      return pressForm(dialog, key);
    case 'finder':
      return pressFinder(dialog, key);
    case 'link':
      return pressLink(dialog, key);
    case 'pager':
      return pressPager(dialog, key);
  }
}

export function pasteIntoDialog(dialog: Dialog, text: string): Dialog {
  if (dialog.kind === 'form') return pasteIntoForm(dialog, text);
  if (dialog.kind === 'finder') return pasteIntoFinder(dialog, text);
  return dialog;
}
