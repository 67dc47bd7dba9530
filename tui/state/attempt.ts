import { textOf } from '../api/error.ts';
import type { Notice } from './ui.ts';
import { createUndoStack, type Undo } from './undo.ts';

export interface Attempts {
  /** What `U` would take back. */
  readonly undoable: string | undefined;
  /** Does something at the server, saying so while it lasts and when it is over. */
  attempt(doing: string, work: () => Promise<string>, undo?: Undo): void;
  /** Takes back what was done last. */
  undo(): void;
}

export interface AttemptsOptions {
  readonly isOnline: () => boolean;
  readonly notice: (notice: Notice) => void;
}

/** What is done at the server in the operator's name, one after the other or at once, and how it is taken back. */
export function createAttempts({ isOnline, notice }: AttemptsOptions): Attempts {
  const done = createUndoStack();

  function attempt(doing: string, work: () => Promise<string>, undo?: Undo): void {
    // A dialog may have been open when the line was lost.
    if (!isOnline()) {
      notice({ text: 'nothing was done: the server does not answer', tone: 'bad' });
      return;
    }
    notice({ text: `${doing} …`, tone: 'busy' });
    work().then(
      (text) => {
        if (undo) done.push(undo);
        notice({ text: undo ? `${text}; U takes it back` : text, tone: 'good' });
      },
      (error: unknown) => notice({ text: textOf(error), tone: 'bad' }),
    );
  }

  return {
    get undoable() {
      return done.top?.what;
    },
    attempt,
    undo() {
      const step = done.pop();
      if (step) attempt(`taking back ${step.what}`, step.run);
    },
  };
}
