import { DomainError, messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { LiveKitApi } from '../livekit/api/livekit-api.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import type { Auth } from '../modules/auth/auth.ts';
import type { Events } from '../modules/events/service.ts';
import type { Live } from '../modules/live/live.ts';
import { describeMedia } from '../modules/system/service.ts';

export interface FollowMediaDeps {
  readonly media: MediaServer;
  readonly events: Events;
  readonly live: Live;
  readonly livekit: LiveKitApi;
  readonly log: Logger;
  readonly auth: Auth;
}

/** Keeps the state in step with the media server: its lives and deaths, and what its log tells. */
export function followMedia({ media, events, live, livekit, log, auth }: FollowMediaDeps) {
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

  /** Whoever has no account any more is in no room any more. */
  async function removeEverywhere(userId: string): Promise<void> {
    for (const { name } of live.rooms()) {
      if (!live.participant(name, userId)) continue;
      try {
        await livekit.removeParticipant(name, userId);
      } catch (error) {
        if (error instanceof DomainError && error.code === 'participant_not_found') continue;
        log.warn('a user whose account ended could not be removed', { room: name, error: messageOf(error) });
      }
    }
  }

  return {
    start(): void {
      if (isOurs) live.markAllGone('didar ended');
      media.onChange(onChange);
      auth.onUserEnded((userId) => void removeEverywhere(userId));
      onChange();
    },
  };
}
