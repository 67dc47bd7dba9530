import { bind } from '../binding.ts';
import { markable, openable, rows } from '../context.ts';

/** Through the rows of a view, into one and back. */
export const MOVING_KEYS = [
  bind('down', ['j', 'down'], 'Moving', 'down', 'the next row', rows, ['network', 'doctor', 'system']),
  bind('up', ['k', 'up'], 'Moving', 'up', 'the row above', rows),
  bind('pageDown', ['pagedown'], 'Moving', 'page down', 'a page down', rows),
  bind('pageUp', ['pageup'], 'Moving', 'page up', 'a page up', rows),
  bind('first', ['g', 'home'], 'Moving', 'first', 'the first row', rows),
  bind('last', ['G', 'end'], 'Moving', 'last', 'the last row; in Events it also follows what comes', rows),
  bind(
    'open',
    ['enter'],
    'Moving',
    'open',
    'into the selected room or webhook, or the room of the participant; all that is known of a job',
    openable,
    ['rooms', 'participants', 'jobs', 'webhooks', 'webhook', 'backups'],
  ),
  bind(
    'back',
    ['esc'],
    'Moving',
    'back',
    'back, or clear the filter; never quits',
    (c) => (c.canGoBack ? undefined : 'there is nothing to go back to'),
    ['room', 'webhook'],
  ),
  bind(
    'mark',
    ['space'],
    'Moving',
    'mark',
    'mark the row, or take the mark away: what you press then is done to all that are marked',
    markable,
  ),
  bind(
    'markAll',
    ['*'],
    'Moving',
    'mark all',
    'mark all rows that the filter shows, or none; Esc takes all marks away',
    markable,
  ),
];
