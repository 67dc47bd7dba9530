import type { JoinAnswer } from '../../modules/rooms/model.ts';
import { Refusal } from './api.ts';
import { agrees } from './consent.ts';
import { element } from './dom.ts';
import { takeInvite } from './invite.ts';
import { joinRoom, type Knock } from './join.ts';
import { startMeeting } from './meeting.ts';
import { waitToBeAdmitted } from './wait.ts';
import { showWho } from './who.ts';

const NAME_KEY = 'didar.name';

const form = element('join', HTMLFormElement);
const roomInput = element('room', HTMLInputElement);
const nameInput = element('name', HTMLInputElement);
const passwordRow = element('password-row', HTMLElement);
const passwordInput = element('password', HTMLInputElement);
const problem = element('problem', HTMLElement);

const asked = /^\/room\/([a-z0-9-]+)$/.exec(location.pathname)?.[1];
const invite = asked === undefined ? undefined : takeInvite(asked);
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
  const password = passwordInput.value === '' ? undefined : passwordInput.value;
  problem.textContent = '';
  form.inert = true;
  try {
    localStorage.setItem(NAME_KEY, name);
    const answer = await come({ room, name, password, invite });
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
    if (error instanceof Refusal) askForPassword(error.code);
  } finally {
    form.inert = false;
    showWho();
    show('lobby');
    if (!passwordRow.hidden) passwordInput.focus();
  }
}

/** Knocks, and waits at the door where a moderator has to open it. */
async function come(knock: Knock): Promise<JoinAnswer> {
  for (;;) {
    const answer = await joinRoom(knock);
    if (!('state' in answer)) return answer;
    const giveUp = new AbortController();
    element('waiting-room', HTMLElement).textContent = answer.room;
    element('give-up', HTMLButtonElement).onclick = () => giveUp.abort();
    show('waiting');
    await waitToBeAdmitted(answer.streamUrl, giveUp.signal);
  }
}

/** Only who needs it is asked for it. */
function askForPassword(code: string): void {
  if (code !== 'password_required' && code !== 'password_wrong') return;
  passwordRow.hidden = false;
  passwordInput.required = true;
  passwordInput.select();
}

function show(which: 'lobby' | 'waiting' | 'meeting'): void {
  for (const name of ['lobby', 'waiting', 'meeting']) element(name, HTMLElement).hidden = name !== which;
}
