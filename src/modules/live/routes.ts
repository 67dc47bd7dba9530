import { Elysia, t } from 'elysia';
import type { LiveKitEgress } from '../../livekit/api/egress-entity.ts';
import type { LiveKitWebhook } from '../../livekit/webhook/webhook.ts';
import type { Live } from './live.ts';

export interface LiveRoutesDeps {
  readonly live: Pick<Live, 'webhook'>;
  /** Takes in what is told of a recording by an egress worker. */
  readonly hearEgress: (egress: LiveKitEgress) => void;
  readonly receive: (body: string, authorization: string | undefined) => Promise<LiveKitWebhook>;
}

/** The body as LiveKit sends it; here it is a text, whose signature is checked first. */
const SIGNED = {
  required: true,
  content: { 'application/webhook+json': { schema: { type: 'object' as const } } },
};

/** `POST /api/livekit/webhook`. Anything but a 2xx makes LiveKit send it again. */
export const liveRoutes = ({ live, hearEgress, receive }: LiveRoutesDeps) =>
  new Elysia({ name: 'live' }).post(
    '/api/livekit/webhook',
    async ({ body, headers }) => {
      const webhook = await receive(body, headers.authorization);
      live.webhook(webhook);
      if (webhook.fact.kind === 'egress') hearEgress(webhook.fact.egress);
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
