import type { Clock } from '../lib/clock.ts';
import { messageOf } from '../lib/errors.ts';
import type { Logger } from '../lib/log.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import type { Auth } from '../modules/auth/auth.ts';
import type { Events } from '../modules/events/service.ts';
import type { Live } from '../modules/live/live.ts';
import type { LiveKitStatus } from '../modules/system/model.ts';
import { describeMedia } from '../modules/system/service.ts';

export interface FollowMediaDeps {
  readonly media: MediaServer;
  readonly events: Events;
  readonly live: Live;
  /** Ends what a user takes part in. */
  readonly endStays: (userId: string) => Promise<void>;
  /** Ends what they take part in by one login. */
  readonly endStaysBy: (userId: string, loginMark: string) => Promise<void>;
  readonly auth: Auth;
  readonly clock: Clock;
  readonly log: Logger;
}

const STORE_AGAIN_MS = 1_000;

/** Keeps the state in step with the media server: its lives and deaths, and what its log tells. */
export function followMedia(deps: FollowMediaDeps) {
  const { media, events, live, endStays, endStaysBy, auth, clock, log } = deps;
  const isOurs = media.mode !== 'external';
  /** While it drains, people are still in their rooms. */
  let wasUp = false;

  /** In their order, those that could not be stored yet: the database may be held, or its disk full. */
  const untold: LiveKitStatus[] = [];
  let isWaiting = false;

  function onChange(): void {
    untold.push(describeMedia(media));
    if (!isWaiting) tell();
  }

  function tell(): void {
    isWaiting = false;
    try {
      for (let [status] = untold; status !== undefined; [status] = untold) {
        follow(status);
        untold.shift();
      }
    } catch (error) {
      log.error('what livekit does could not be stored', { error: messageOf(error) });
      isWaiting = true;
      clock.after(STORE_AGAIN_MS, tell);
    }
  }

  function follow(livekit: LiveKitStatus): void {
    const { state } = livekit;
    const isUp = state === 'ready' || (state === 'stopping' && wasUp);
    events.inTransaction(() => {
      events.record({ kind: 'livekit.state', actor: 'livekit', data: { livekit } });
      // A child that ended took its rooms with it; an external server may only be out of reach.
      if (wasUp && !isUp && isOurs) live.markAllGone('livekit ended');
    });
    if (state === 'ready' && !wasUp) live.start();
    wasUp = isUp;
  }

  return {
    start(): void {
      if (isOurs) live.markAllGone('didar ended');
      media.onChange(onChange);
      auth.onUserEnded((userId) => void endStays(userId));
      auth.onLoginEnded((userId, mark) => void endStaysBy(userId, mark));
      onChange();
    },
  };
}
