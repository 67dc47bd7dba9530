import { Elysia, t } from 'elysia';
import { requestContext } from '../../access/request-context.ts';
import { RoomParams } from '../rooms/model.ts';
import type { Deliver } from './delivery.ts';
import { Recording, RecordingPage, RecordingQuery, RecordingStart } from './model.ts';
import type { Recordings } from './recordings.ts';

const tags = ['recordings'];
const Id = t.String({ minLength: 1, maxLength: 100 });
const IdParams = t.Object({ id: Id });

const CONTENT = { 'application/octet-stream': {}, 'video/*': {}, 'audio/*': {}, 'application/json': {} };
const FILE = {
  200: { description: 'The file', content: CONTENT },
  206: { description: 'A part of it', content: CONTENT },
  302: { description: 'It is in a bucket, and `Location` is a link to it that lives five minutes' },
  304: { description: 'It is what `If-None-Match` named' },
  416: { description: 'It has no such part' },
};

/** `/api/room/:name/recordings` to start, `/api/recording` for the rest. */
export const recordingRoutes = ({ recordings, deliver }: { recordings: Recordings; deliver: Deliver }) =>
  new Elysia({ name: 'recordings', prefix: '/api' })
    .use(requestContext)
    .post(
      '/room/:name/recordings',
      async ({ principal, params, body, set }) => {
        set.status = 201;
        return recordings.start(principal, params.name, body ?? {});
      },
      {
        params: RoomParams,
        body: RecordingStart,
        response: { 201: Recording },
        detail: { summary: 'Start recording a room', tags },
      },
    )
    .get('/recording', ({ principal, query }) => recordings.list(principal, query), {
      query: RecordingQuery,
      response: { 200: RecordingPage },
      detail: { summary: 'Recordings, newest first', tags },
    })
    .get('/recording/:id', ({ principal, params }) => recordings.get(principal, params.id), {
      params: IdParams,
      response: { 200: Recording },
      detail: { summary: 'One recording and its files', tags },
    })
    .post('/recording/:id/stop', ({ principal, params }) => recordings.stop(principal, params.id), {
      params: IdParams,
      response: { 200: Recording },
      detail: { summary: 'Stop a recording', tags },
    })
    .get(
      '/recording/:id/files/:file',
      ({ principal, params, request }) =>
        deliver(recordings.file(principal, params.id, params.file), request),
      {
        params: t.Object({ id: Id, file: t.String({ minLength: 1, maxLength: 200 }) }),
        detail: {
          summary: 'A file of a recording; ranges are answered, or a link to where it is',
          tags,
          responses: FILE,
        },
      },
    )
    .delete(
      '/recording/:id',
      async ({ principal, params, status }) => {
        await recordings.delete(principal, params.id);
        return status(204, undefined);
      },
      {
        params: IdParams,
        response: { 204: t.Void() },
        detail: { summary: 'Delete a recording and its files', tags },
      },
    );
