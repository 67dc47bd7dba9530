import { DomainError } from '../../lib/errors.ts';
import type { LiveKitApi } from '../../livekit/api/livekit-api.ts';
import type { LiveControl } from '../live/control.ts';
import type { Participant } from './model.ts';

/** Data messages by which the server asks a client for something it may not do itself. */
const REQUEST_TOPIC = 'didar.request';

/** What the server does to microphones of others, and what it can only ask for. */
export function createMicrophones(deps: {
  readonly livekit: Pick<LiveKitApi, 'mutePublishedTrack' | 'sendData'>;
  readonly live: Pick<LiveControl, 'muted'>;
}) {
  const { livekit, live } = deps;

  /** Those of one person that are on, or that are off. */
  const of = ({ tracks }: Participant, muted: boolean) =>
    tracks.filter((track) => track.source === 'microphone' && track.muted === muted);

  /** False when the media server doesn't do it: unmuting from afar is off there. */
  async function set({ room, identity }: Participant, trackSid: string, muted: boolean): Promise<boolean> {
    try {
      await livekit.mutePublishedTrack(room, identity, trackSid, muted);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'track_not_found') return true;
      if (!muted && error instanceof DomainError && error.code === 'livekit_refused') return false;
      throw error;
    }
    live.muted(room, identity, trackSid, muted);
    return true;
  }

  return {
    /** As the audit tells it. */
    state: (participant: Participant): 'on' | 'off' => (of(participant, false).length > 0 ? 'on' : 'off'),

    async mute(participant: Participant): Promise<void> {
      for (const { sid } of of(participant, false)) await set(participant, sid, true);
    },

    /** False when they have to do it themselves: nothing is published, or the media server doesn't unmute. */
    async unmute(participant: Participant): Promise<boolean> {
      let done = participant.tracks.some(({ source }) => source === 'microphone');
      for (const { sid } of of(participant, true)) if (!(await set(participant, sid, false))) done = false;
      return done;
    },

    async askToUnmute(room: string, identities: readonly string[]): Promise<void> {
      if (identities.length > 0) await livekit.sendData(room, identities, REQUEST_TOPIC, { type: 'unmute' });
    },
  };
}

export type Microphones = ReturnType<typeof createMicrophones>;
