import type { Dialog } from '../../state/dialogs/dialog.ts';
import { AskPanel } from './ask-panel.tsx';
import { ColumnsPanel } from './columns-panel.tsx';
import { FinderPanel } from './finder-panel.tsx';
import { FormPanel } from './form-panel.tsx';
import { LinkPanel } from './link-panel.tsx';
import { PagerPanel } from './pager-panel.tsx';

export interface DialogLayerProps {
  readonly dialog: Dialog;
  readonly width: number;
  readonly height: number;
}

/** The dialog that is open, in the view's place. */
export function DialogLayer({ dialog, ...size }: DialogLayerProps) {
  switch (dialog.kind) {
    case 'ask':
      return <AskPanel dialog={dialog} {...size} />;
    case 'columns':
      return <ColumnsPanel dialog={dialog} {...size} />;
    case 'form':
      return <FormPanel dialog={dialog} {...size} />;
    case 'finder':
      return <FinderPanel dialog={dialog} {...size} />;
    case 'link':
      return <LinkPanel dialog={dialog} {...size} />;
    case 'pager':
      return <PagerPanel dialog={dialog} {...size} />;
  }
}
