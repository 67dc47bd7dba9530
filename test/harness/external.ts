import { type LiveKit, startLiveKit } from '../fixtures/livekit.ts';
import { startWebhookRelay, type WebhookRelay } from '../fixtures/webhook-relay.ts';
import { type Didar, type DidarOptions, startDidar } from './didar.ts';

export interface External {
  readonly livekit: LiveKit;
  readonly relay: WebhookRelay;
  readonly didar: Didar;
  cleanUp(): Promise<void>;
}

/** Didar beside a livekit-server that it did not start and that clients reach directly, with a relay for its webhooks. */
export async function startExternal(config: DidarOptions['config'] = {}): Promise<External> {
  const relay = startWebhookRelay();
  const livekit = await startLiveKit({ webhookUrl: relay.url });
  try {
    const didar = await startDidar({
      config: {
        ...config,
        livekit: {
          external: true,
          host: livekit.wsUrl,
          internalHost: livekit.url,
          apiKey: livekit.apiKey,
          apiSecret: livekit.apiSecret,
        },
      },
    });
    relay.target = `${didar.url}/api/livekit/webhook`;
    return {
      livekit,
      relay,
      didar,
      async cleanUp() {
        await didar.cleanUp();
        await livekit.stop();
        await relay.stop();
      },
    };
  } catch (error) {
    await livekit.stop();
    await relay.stop();
    throw error;
  }
}
