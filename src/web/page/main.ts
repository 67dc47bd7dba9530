import { agrees } from './consent.ts';
import { element } from './dom.ts';
import { joinRoom } from './join.ts';
import { startMeeting } from './meeting.ts';
import { showWho } from './who.ts';

const NAME_KEY = 'didar.name';

const form = element('join', HTMLFormElement);
const roomInput = element('room', HTMLInputElement);
const nameInput = element('name', HTMLInputElement);
const problem = element('problem', HTMLElement);

const asked = /^\/room\/([a-z0-9-]+)$/.exec(location.pathname)?.[1];
if (asked !== undefined) {
  roomInput.value = asked;
  roomInput.readOnly = true;
}
const user = showWho();
nameInput.value = user?.name ?? localStorage.getItem(NAME_KEY) ?? '';
(asked === undefined ? roomInput : nameInput).focus();

form.addEventListener('submit', (event) => {
  event.preventDefault();
  void enter();
});

async function enter(): Promise<void> {
  const room = roomInput.value.trim();
  const name = nameInput.value.trim();
  problem.textContent = '';
  form.inert = true;
  try {
    localStorage.setItem(NAME_KEY, name);
    const answer = await joinRoom(room, name);
    if (!(await agrees(answer))) {
      problem.textContent = 'You did not join: this meeting is only for people who agree to be recorded.';
      return;
    }
    show('meeting');
    const reason = await startMeeting(answer, {
      microphone: element('with-mic', HTMLInputElement).checked,
      camera: element('with-camera', HTMLInputElement).checked,
    });
    problem.textContent = reason;
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    form.inert = false;
    showWho();
    show('lobby');
  }
}

function show(which: 'lobby' | 'meeting'): void {
  element('lobby', HTMLElement).hidden = which !== 'lobby';
  element('meeting', HTMLElement).hidden = which !== 'meeting';
}
