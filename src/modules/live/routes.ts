import { Elysia, t } from 'elysia';
import type { LiveKitWebhook } from '../../livekit/webhook/webhook.ts';
import type { Live } from './live.ts';

export interface LiveRoutesDeps {
  readonly live: Pick<Live, 'webhook'>;
  readonly receive: (body: string, authorization: string | undefined) => Promise<LiveKitWebhook>;
}

/** The body as LiveKit sends it; here it is a text, whose signature is checked first. */
const SIGNED = {
  required: true,
  content: { 'application/webhook+json': { schema: { type: 'object' as const } } },
};

/** `POST /api/livekit/webhook`. Anything but a 2xx makes LiveKit send it again. */
export const liveRoutes = ({ live, receive }: LiveRoutesDeps) =>
  new Elysia({ name: 'live' }).post(
    '/api/livekit/webhook',
    async ({ body, headers }) => {
      live.webhook(await receive(body, headers.authorization));
      return { taken: true as const };
    },
    {
      // The signature covers the bytes as they came, so nothing may read the JSON before it was checked.
      parse: 'text',
      body: t.String(),
      response: { 200: t.Object({ taken: t.Literal(true) }) },
      detail: {
        summary: "LiveKit's facts about rooms and people, signed by it",
        tags: ['livekit'],
        security: [],
        requestBody: SIGNED,
      },
    },
  );
