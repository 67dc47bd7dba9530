/** The places one can be. `room` and `webhook` are the inside of one, entered from the list of them. */
export type ViewName =
  | 'rooms'
  | 'room'
  | 'participants'
  | 'network'
  | 'recordings'
  | 'events'
  | 'doctor'
  | 'jobs'
  | 'webhooks'
  | 'webhook'
  | 'backups'
  | 'system';

/** In the order of their number keys. */
export const VIEWS = [
  { name: 'rooms', key: '1', title: 'Rooms', short: 'Rooms' },
  { name: 'participants', key: '2', title: 'Participants', short: 'People' },
  { name: 'network', key: '3', title: 'Network', short: 'Net' },
  { name: 'recordings', key: '4', title: 'Recordings', short: 'Rec' },
  { name: 'events', key: '5', title: 'Events', short: 'Events' },
  { name: 'doctor', key: '6', title: 'Doctor', short: 'Doctor' },
  { name: 'jobs', key: '7', title: 'Jobs', short: 'Jobs' },
  { name: 'webhooks', key: '8', title: 'Webhooks', short: 'Hooks' },
  { name: 'system', key: '9', title: 'System', short: 'System' },
  { name: 'backups', key: '0', title: 'Backups', short: 'Backups' },
] as const satisfies readonly { name: ViewName; key: string; title: string; short: string }[];

/** The view with a number from which this one was entered; itself, if it has one. */
export function outerView(view: ViewName): Exclude<ViewName, 'room' | 'webhook'> {
  return view === 'room' ? 'rooms' : view === 'webhook' ? 'webhooks' : view;
}
