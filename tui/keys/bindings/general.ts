import { bind, EVERYWHERE } from '../binding.ts';
import { all, always, online, undoable } from '../context.ts';

/** What works in every view. */
export const GENERAL_KEYS = [
  bind(
    'refresh',
    ['R'],
    'General',
    'refresh',
    'read everything from the server again; in Doctor: run the checks again',
    always,
    ['doctor'],
  ),
  bind(
    'undo',
    ['U'],
    'General',
    'undo',
    'take back what was done last: a kick, a ban, a mute, permissions, a closed or locked room',
    all(undoable, online),
    ['rooms', 'room', 'participants'],
  ),
  bind('theme', ['T'], 'General', 'theme', 'colours for a dark or a light background', always),
  bind('help', ['?'], 'General', 'help', 'all keys, and why some are not available', always, EVERYWHERE),
  bind(
    'quit',
    ['q', 'ctrl-c'],
    'General',
    'quit',
    'leave the dashboard; asks what becomes of a server that it started',
    always,
    EVERYWHERE,
  ),
];
