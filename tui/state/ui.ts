import type { Line } from '../text/line.ts';
import type { ThemeName } from '../theme/theme.ts';
import type { Dialog } from './dialogs/dialog.ts';
import type { ViewName } from './view.ts';

/** One line about what was just done, or why not. */
export interface Notice {
  readonly text: string;
  readonly tone: 'busy' | 'good' | 'bad' | 'plain';
}

/** Where one is and what is open; the rest of the screen follows from the world. */
export interface Ui {
  readonly view: ViewName;
  /** The room that is entered; for `room` only. */
  readonly room: string | undefined;
  /** The id of the webhook that is entered; for `webhook` only. */
  readonly webhook: string | undefined;
  readonly dialog: Dialog | undefined;
  /** The filter while it is being typed. */
  readonly filter: Line | undefined;
  readonly notice: Notice | undefined;
  readonly theme: ThemeName;
  /** Events shows livekit's log instead. */
  readonly showsLog: boolean;
  /** The inside of a room shows what happened in it instead of who is there. */
  readonly showsTimeline: boolean;
  /** Lines that a report is scrolled down. */
  readonly scroll: number;
}

export const FIRST_UI: Ui = {
  view: 'rooms',
  room: undefined,
  webhook: undefined,
  dialog: undefined,
  filter: undefined,
  notice: undefined,
  theme: 'dark',
  showsLog: false,
  showsTimeline: false,
  scroll: 0,
};
