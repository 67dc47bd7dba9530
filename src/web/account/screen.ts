import { element } from '../page/dom.ts';

const SCREENS = ['sign-in', 'register', 'reset', 'account'] as const;
export type Screen = (typeof SCREENS)[number];

/** Shows one screen, and the cursor in its first field that is empty. */
export function show(screen: Screen): void {
  for (const id of SCREENS) element(id, HTMLElement).hidden = id !== screen;
  const fields = element(screen, HTMLElement).querySelectorAll('input');
  const first = [...fields].find((field) => field.value === '' && field.offsetParent !== null);
  if (screen !== 'account') first?.focus();
}

export function tellDone(text: string): void {
  element('done', HTMLElement).textContent = text;
}

/** Runs what the person asked for; what goes wrong is told, and what they typed in stays. */
export async function attempt(run: () => Promise<void>): Promise<void> {
  const problem = element('problem', HTMLElement);
  problem.textContent = '';
  tellDone('');
  document.body.inert = true;
  try {
    await run();
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    document.body.inert = false;
  }
}

/** Runs `run` when the form is sent. */
export function onSubmit(form: string, run: () => Promise<void>): void {
  element(form, HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    void attempt(run);
  });
}

/** What stands in a field now. */
export function fieldValue(id: string): string {
  return element(id, HTMLInputElement).value;
}
