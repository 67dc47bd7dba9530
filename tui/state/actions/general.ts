import { GROUPS } from '../../keys/binding.ts';
import { BINDINGS, keyLabel, whyNotNow } from '../../keys/table.ts';
import { fit } from '../../text/width.ts';
import type { Actions, Desk } from '../desk.ts';
import type { AskDialog } from '../dialogs/ask.ts';
import { type PagerLine, pager } from '../dialogs/pager.ts';
import { outerView, VIEWS } from '../view.ts';

const KEYS_WIDTH = 10;

export const general: Actions<'refresh' | 'undo' | 'theme' | 'help' | 'quit'> = {
  refresh(desk) {
    if (desk.ui.view === 'doctor') return desk.health.diagnose();
    desk.feed.refresh();
    desk.say('reading everything again');
  },
  undo: (desk) => desk.undo(),
  theme(desk) {
    const theme = desk.ui.theme === 'dark' ? 'light' : 'dark';
    desk.set({ theme });
    desk.say(`colours for a ${theme} background`);
  },
  help: (desk) => desk.set({ dialog: pager('Keys', [...helpLines(desk)]) }),
  quit(desk) {
    if (desk.host.stopServer === undefined) return desk.host.exit();
    desk.set({ dialog: askAboutServer(desk, desk.host.stopServer) });
  },
};

/** The keys of the view that is shown come first. */
function* helpLines(desk: Desk): Generator<PagerLine> {
  const context = desk.context();
  const title = VIEWS.find(({ name }) => name === outerView(context.view))?.title;
  const groups = GROUPS.toSorted((a, b) => Number(b === title) - Number(a === title));
  for (const group of groups) {
    yield { text: group, tone: 'heading' };
    for (const binding of BINDINGS) {
      if (binding.group !== group) continue;
      const reason = whyNotNow(binding, context);
      const lead = `  ${fit(binding.keys.map(keyLabel).join(' '), KEYS_WIDTH)} `;
      yield { lead, text: binding.description, ...(reason === undefined ? {} : { tone: 'quiet' }) };
      if (reason !== undefined)
        yield { lead: ' '.repeat(lead.length), text: `not now: ${reason}`, tone: 'quiet' };
    }
  }
}

function askAboutServer(desk: Desk, stop: () => void): AskDialog {
  const people = desk.world.participants.size;
  return {
    kind: 'ask',
    title: 'Leave the dashboard?',
    lines: [
      'It started the server on this machine, which can run on without it.',
      // Of one that is not shown now nobody here knows who is in it.
      !desk.server.isLocal
        ? 'Whoever is in a meeting there would be disconnected by stopping.'
        : people === 0
          ? 'Nobody is in a meeting.'
          : `${people} in a meeting would be disconnected by stopping.`,
    ],
    options: [
      { label: 'Leave it running', key: 'l', run: () => desk.host.exit() },
      { label: 'Stop the server', key: 's', danger: true, run: stop },
      { label: 'Cancel', key: 'c' },
    ],
    cursor: 0,
    layout: 'row',
  };
}
