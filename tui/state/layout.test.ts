import { expect, test } from 'bun:test';
import { JOB_COLUMNS } from '../views/jobs-view.tsx';
import { PARTICIPANT_COLUMNS } from '../views/participant-columns.ts';
import { RECORDING_COLUMNS } from '../views/recordings-view.tsx';
import { ROOM_COLUMNS } from '../views/rooms-view.tsx';
import { DELIVERY_COLUMNS } from '../views/webhook-view.tsx';
import { WEBHOOK_COLUMNS } from '../views/webhooks-view.tsx';
import { arranged, type ColumnsChoice } from './columns-choice.ts';
import { FIRST_LAYOUT as FIRST, type Layout, layoutFrom } from './layout.ts';
import { FIRST_SORTS, ordersOf } from './sorting.ts';

const ALL_HIDDEN = ordersOf('participants').map(({ id }) => id);

test('the dashboard is arranged again as it was left', () => {
  const left: Layout = {
    view: 'recordings',
    sorts: { ...FIRST_SORTS, rooms: { by: 'people', reversed: true } },
    theme: 'light',
    filters: { rooms: 'stand', events: 'kicked' },
    columns: { rooms: { order: ['people', 'name'], hidden: ['paths'] } },
  };
  expect(layoutFrom(JSON.parse(JSON.stringify(left)), FIRST)).toEqual(left);
});

test('what an older version or somebody else wrote into the file costs no more than its own setting', () => {
  expect(layoutFrom('nonsense', FIRST)).toEqual(FIRST);
  const kept = { view: 'room', theme: 'pink', sorts: { rooms: { by: 'gone' }, participants: null } };
  expect(layoutFrom({ ...kept, view: 'events' }, FIRST)).toEqual({ ...FIRST, view: 'events' });
  expect(layoutFrom(kept, FIRST)).toEqual(FIRST);
  const columns = { rooms: { order: 7 }, participants: { order: [], hidden: ALL_HIDDEN }, gone: {} };
  expect(layoutFrom({ filters: { rooms: 7, gone: 'x' }, columns }, FIRST)).toEqual(FIRST);
});

test('a table shows the columns that were chosen, in their order, and those that are new to the choice', () => {
  const columns = ['name', 'people', 'age', 'limit'].map((id) => ({ id }));
  const shown = (choice: ColumnsChoice | undefined) => arranged(columns, choice).map(({ id }) => id);
  expect(shown(undefined)).toEqual(['name', 'people', 'age', 'limit']);
  expect(shown({ order: ['age', 'gone', 'name', 'people'], hidden: ['people'] })).toEqual([
    'age',
    'name',
    'limit',
  ]);
});

test.each([
  ['rooms', ROOM_COLUMNS],
  ['participants', PARTICIPANT_COLUMNS],
  ['recordings', RECORDING_COLUMNS],
  ['jobs', JOB_COLUMNS],
  ['webhooks', WEBHOOK_COLUMNS],
  ['deliveries', DELIVERY_COLUMNS],
] as const)('each column of %s can be sorted by', (list, columns) => {
  expect(columns.map(({ id }) => id).sort()).toEqual(
    ordersOf(list)
      .map(({ id }) => id)
      .sort(),
  );
});
