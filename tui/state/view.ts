/** The places one can be. `room` is the inside of one room, entered from the list of rooms. */
export type ViewName =
  | 'rooms'
  | 'room'
  | 'participants'
  | 'network'
  | 'recordings'
  | 'events'
  | 'doctor'
  | 'system';

/** In the order of their number keys. */
export const VIEWS = [
  { name: 'rooms', key: '1', title: 'Rooms' },
  { name: 'participants', key: '2', title: 'Participants' },
  { name: 'network', key: '3', title: 'Network' },
  { name: 'recordings', key: '4', title: 'Recordings' },
  { name: 'events', key: '5', title: 'Events' },
  { name: 'doctor', key: '6', title: 'Doctor' },
  { name: 'system', key: '9', title: 'System' },
] as const satisfies readonly { name: ViewName; key: string; title: string }[];
