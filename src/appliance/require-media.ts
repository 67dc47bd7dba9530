import { DomainError } from '../lib/errors.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';

/** The base URL of the media server. Throws `livekit_unavailable` while it is away. */
export function requireMedia(media: MediaServer): string {
  const url = media.url();
  if (url !== undefined) return url;
  throw new DomainError('livekit_unavailable', 'The media server is not running right now.', {
    fix: 'Try again in a moment; GET /api/ready and the dashboard tell why.',
  });
}
