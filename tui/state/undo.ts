/** Something that was done and can be taken back. */
export interface Undo {
  /** What is taken back, after "undo": `the kick of Ali`. */
  readonly what: string;
  /** Takes it back; answers what to say then. */
  readonly run: () => Promise<string>;
}

/** Older steps are forgotten: by then the meeting has moved on. */
const KEPT_STEPS = 20;

/** The steps that can be taken back, the newest first out. */
export interface UndoStack {
  readonly top: Undo | undefined;
  push(undo: Undo): void;
  pop(): Undo | undefined;
}

export function createUndoStack(): UndoStack {
  const steps: Undo[] = [];
  return {
    get top() {
      return steps.at(-1);
    },
    push(undo) {
      steps.push(undo);
      if (steps.length > KEPT_STEPS) steps.shift();
    },
    pop: () => steps.pop(),
  };
}
