import { textOf } from '../api/error.ts';
import { type Batch, doEach, type Failure, failureText, whoOf } from './batch.ts';
import type { Notice } from './ui.ts';
import { createUndoStack, type Undo } from './undo.ts';

/** What came of something that was asked of the server. */
export interface Done {
  readonly text: string;
  readonly undo?: Undo;
  /** Some of it failed. */
  readonly isPartial?: boolean;
}

export interface Attempts {
  /** What `U` would take back. */
  readonly undoable: string | undefined;
  /**
   * Does something at the server, saying so while it lasts and when it is over; `work` answers what to say then.
   * `failed` is told what it failed with, after that was said.
   */
  attempt(
    doing: string,
    work: () => Promise<string | Done>,
    undo?: Undo,
    failed?: (error: unknown) => void,
  ): void;
  /** Does the same to each of several; whom it fails for is told by name. */
  batch<T>(batch: Batch<T>): void;
  /** Takes back what was done last. */
  undo(): void;
}

export interface AttemptsOptions {
  readonly isOnline: () => boolean;
  readonly notice: (notice: Notice) => void;
  /** Tells of all that failed, where a line is too short for it. */
  readonly report: (title: string, failed: readonly Failure[]) => void;
}

/** What is done at the server in the operator's name, one after the other or at once, and how it is taken back. */
export function createAttempts({ isOnline, notice, report }: AttemptsOptions): Attempts {
  const steps = createUndoStack();

  function tell({ text, undo, isPartial = false }: Done): void {
    if (undo) steps.push(undo);
    const how = isPartial ? '; U takes back the others' : '; U takes it back';
    notice({ text: undo ? `${text}${how}` : text, tone: isPartial ? 'bad' : 'good' });
  }

  const attempt: Attempts['attempt'] = (doing, work, undo, failed) => {
    // A dialog may have been open when the line was lost.
    if (!isOnline()) {
      notice({ text: 'nothing was done: the server does not answer', tone: 'bad' });
      return;
    }
    notice({ text: `${doing} …`, tone: 'busy' });
    work().then(
      (done) => tell(typeof done === 'string' ? { text: done, ...(undo && { undo }) } : done),
      (error: unknown) => {
        notice({ text: textOf(error), tone: 'bad' });
        failed?.(error);
      },
    );
  };

  return {
    get undoable() {
      return steps.top?.what;
    },
    attempt,
    batch(batch) {
      const { items, doing, said, undo } = batch;
      const work = async () => {
        const { done, failed } = await doEach(batch);
        const [first] = failed;
        if (first && items.length === 1) throw first.error;
        const who = whoOf(done, batch);
        const back = done.length > 0 ? undo?.(who, done) : undefined;
        if (first === undefined) return { text: said(who, done), ...(back && { undo: back }) };
        report(`${doing}: ${failed.length} of ${items.length} failed`, failed);
        return { text: failureText(failed, items.length), isPartial: true, ...(back && { undo: back }) };
      };
      attempt(`${doing} ${whoOf(items, batch)}`, work, undefined, batch.failed);
    },
    undo() {
      const step = steps.pop();
      if (step) attempt(`taking back ${step.what}`, step.run);
    },
  };
}
