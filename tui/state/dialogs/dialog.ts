import type { AskDialog } from './ask.ts';
import type { ColumnsDialog } from './columns.ts';
import type { FinderDialog } from './finder.ts';
import type { FormDialog } from './form.ts';
import type { LinkDialog } from './link.ts';
import type { PagerDialog } from './pager.ts';

/** What stands over the view and takes every key until it is answered. */
export type Dialog = AskDialog | ColumnsDialog | FormDialog | FinderDialog | LinkDialog | PagerDialog;

/** What a key does to a dialog: it changes or it closes, and what was chosen is run. */
export type Step = ({ readonly next: Dialog } | { readonly close: true }) & { readonly run?: () => void };

export const CLOSE: Step = { close: true };
