import { DomainError } from '../../../lib/errors.ts';
import { findFfmpeg } from '../../../recording/compose/ffmpeg/find.ts';
import { type Check, ok, skipped, warning } from '../../check.ts';

/** Recordings become one file. */
export const ffmpegCheck: Check = {
  id: 'recording.ffmpeg',
  title: 'Recordings can be composed',
  async run({ config, env }) {
    if (config.recording.backend !== 'builtin') return skipped('The egress worker composes.');
    try {
      const { ffmpeg, major, names } = await findFfmpeg(env);
      const shown = `${ffmpeg}, version ${major}`;
      if (names) return ok(`${shown}, with H.264 and names.`);
      return warning(`${shown}, was built without libass: names are not drawn.`, {
        fix: "Install your distribution's own ffmpeg, which has it.",
      });
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return warning(`${error.message} Recordings stay as tracks.`, {
        fix: 'Install ffmpeg 4.4 or later (Debian, Ubuntu, Alpine: package ffmpeg), then "didar job retry" what waits for it.',
      });
    }
  },
};
