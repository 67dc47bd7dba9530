import type { MediaServer } from '../livekit/media-server/media-server.ts';
import type { Auth } from '../modules/auth/auth.ts';
import type { Events } from '../modules/events/service.ts';
import type { Live } from '../modules/live/live.ts';
import { describeMedia } from '../modules/system/service.ts';

export interface FollowMediaDeps {
  readonly media: MediaServer;
  readonly events: Events;
  readonly live: Live;
  /** Ends what a user takes part in. */
  readonly endStays: (userId: string) => Promise<void>;
  readonly auth: Auth;
}

/** Keeps the state in step with the media server: its lives and deaths, and what its log tells. */
export function followMedia({ media, events, live, endStays, auth }: FollowMediaDeps) {
  const isOurs = media.mode !== 'external';
  /** While it drains, people are still in their rooms. */
  let wasUp = false;

  function onChange(): void {
    const livekitStatus = describeMedia(media);
    events.record({ kind: 'livekit.state', actor: 'livekit', data: { livekit: livekitStatus } });
    const { state } = livekitStatus;
    if (state === 'ready' && !wasUp) live.start();
    const isUp = state === 'ready' || (state === 'stopping' && wasUp);
    // A child that ended took its rooms with it; an external server may only be out of reach.
    if (wasUp && !isUp && isOurs) live.markAllGone('livekit ended');
    wasUp = isUp;
  }

  return {
    start(): void {
      if (isOurs) live.markAllGone('didar ended');
      media.onChange(onChange);
      auth.onUserEnded((userId) => void endStays(userId));
      onChange();
    },
  };
}
