import type { Desk } from '../desk.ts';
import { type FormDialog, refused } from '../dialogs/form.ts';

/** What the server refused is shown in the form as it was sent, so that nothing has to be typed again. */
export function showAgain(desk: Desk, form: FormDialog): (error: unknown) => void {
  return (error) => {
    // What was opened meanwhile is not taken away.
    if (desk.ui.dialog === undefined && desk.ui.filter === undefined)
      desk.set({ dialog: refused(form, error) });
  };
}
