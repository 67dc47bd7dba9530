import type { Api } from '../api/client.ts';
import type { Feed } from '../api/feed.ts';
import type { KeyContext } from '../keys/context.ts';
import type { ActionId } from '../keys/table.ts';
import type { Attempts } from './attempt.ts';
import type { Background } from './background.ts';
import type { Health } from './health.ts';
import type { List } from './list.ts';
import type { Lists } from './lists.ts';
import type { Server } from './server.ts';
import type { Notice, Ui } from './ui.ts';
import type { ViewName } from './view.ts';
import type { World } from './world.ts';

/** What only the program around the dashboard can do. */
export interface Host {
  /** Puts a text on the clipboard of the operator's own terminal. */
  copy(text: string): void;
  /** Leaves the dashboard. */
  exit(): void;
  /** Leaves it and stops the server that it has started on this machine; there only when it has. */
  readonly stopServer: (() => void) | undefined;
  /** All that can be shown, this one too. */
  readonly servers: readonly Server[];
  /** Shows another server instead, once that answers; throws why it does not, and shows this one on. */
  switchTo(server: Server): Promise<void>;
}

/** What actions work with. */
export interface Desk {
  readonly world: World;
  readonly api: Api;
  readonly feed: Feed;
  readonly lists: Lists;
  readonly health: Health;
  readonly background: Background;
  readonly host: Host;
  readonly server: Server;
  readonly ui: Ui;
  set(patch: Partial<Ui>): void;
  /** `inside`: the room or the webhook that is entered. */
  go(view: ViewName, inside?: string): void;
  list(): List<unknown> | undefined;
  /** Moves a report by so many lines. */
  scroll(by: number): void;
  context(): KeyContext;
  /** Milliseconds since the epoch. */
  now(): number;
  say(text: string, tone?: Notice['tone']): void;
  /** See {@link Attempts}. */
  readonly attempt: Attempts['attempt'];
  readonly batch: Attempts['batch'];
  /** Takes back what was done last and can be. */
  undo(): void;
  /** Something that came late is to be shown. */
  changed(): void;
  /** Runs an action as if its key was pressed. */
  act(id: ActionId): void;
}

export type Actions<Id extends ActionId> = Readonly<Record<Id, (desk: Desk) => void>>;
