import { type Participant, type RemoteTrack, Track } from 'livekit-client';

/** Draws people and what they show: one tile a participant, one more for a shared screen. */
export function createTiles(container: HTMLElement) {
  const keyOf = (participant: Participant, screen: boolean) =>
    `${participant.identity}${screen ? '/screen' : ''}`;
  const tiles = new Map<string, HTMLElement>();

  function tileOf(participant: Participant, screen: boolean): HTMLElement {
    const key = keyOf(participant, screen);
    const existing = tiles.get(key);
    if (existing) return existing;
    const tile = document.createElement('figure');
    tile.className = `tile${screen ? ' screen' : ''}${participant.isLocal && !screen ? ' me' : ''}`;
    tile.dataset.identity = participant.identity;
    const caption = document.createElement('figcaption');
    caption.dir = 'auto';
    tile.append(caption);
    tiles.set(key, tile);
    if (screen) container.prepend(tile);
    else container.append(tile);
    return tile;
  }

  function remove(key: string): void {
    tiles.get(key)?.remove();
    tiles.delete(key);
  }

  return {
    /** The caption follows name, microphone and connection. */
    update(participant: Participant): void {
      const tile = tileOf(participant, false);
      const muted = participant.isMicrophoneEnabled ? '' : ' · muted';
      const name = participant.name || participant.identity;
      const caption = tile.querySelector('figcaption');
      if (caption) caption.textContent = `${name}${participant.isLocal ? ' (you)' : ''}${muted}`;
      tile.classList.toggle('speaking', participant.isSpeaking);
      const camera = participant.getTrackPublication(Track.Source.Camera);
      const video = tile.querySelector('video');
      if (video) video.hidden = camera === undefined || camera.isMuted;
    },

    show(participant: Participant, track: Pick<RemoteTrack, 'attach' | 'kind' | 'source'>): void {
      const screen = track.source === Track.Source.ScreenShare;
      const tile = tileOf(participant, screen);
      if (track.kind === Track.Kind.Video) for (const old of tile.querySelectorAll('video')) old.remove();
      tile.prepend(track.attach());
      if (screen) {
        const caption = tile.querySelector('figcaption');
        if (caption) caption.textContent = `${participant.name || participant.identity}: screen`;
      }
    },

    hide(participant: Participant, track: Pick<RemoteTrack, 'detach' | 'source'>): void {
      for (const shown of track.detach()) shown.remove();
      if (track.source === Track.Source.ScreenShare) remove(keyOf(participant, true));
    },

    remove(participant: Participant): void {
      remove(keyOf(participant, false));
      remove(keyOf(participant, true));
    },

    clear(): void {
      for (const key of [...tiles.keys()]) remove(key);
    },
  };
}
