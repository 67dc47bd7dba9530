import type { JoinAnswer } from '../../modules/rooms/model.ts';
import { element } from './dom.ts';

/** Asks the person where the room wants that; resolves with whether to go in. Esc is a no. */
export async function agrees({ consent, recording }: JoinAnswer): Promise<boolean> {
  if (!consent) return true;
  element('agree-to', HTMLElement).textContent = recording
    ? 'This meeting is being recorded: what you say and show is stored. Do you agree?'
    : 'This meeting may be recorded: what you say and show is stored then. Do you agree?';
  const dialog = element('agree', HTMLDialogElement);
  const { promise, resolve } = Promise.withResolvers<boolean>();
  dialog.returnValue = 'no';
  dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  dialog.showModal();
  return promise;
}
