import { DomainError } from '../../../lib/errors.ts';

/** The first version whose filters (asegment, scale by time) composing needs. */
const OLDEST = { major: 4, minor: 4 };
const HOW_TO_GET =
  'Install ffmpeg 4.4 or later (Debian, Ubuntu, Alpine: package ffmpeg; Fedora: from RPM Fusion), then retry the job ' +
  '(didar job list, didar job retry). The tracks stay, and any player can play them one by one.';

export interface Ffmpeg {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly major: number;
  /** Whether names can be drawn: its libass shapes every script, and looks for fonts that have it. */
  readonly names: boolean;
  /** For ffmpeg and ffprobe; where fonts are looked for is in it too. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Looks for ffmpeg and ffprobe in the `PATH` of `env`, and asks them what they can.
 *
 * @throws DomainError `ffmpeg_missing`; `ffmpeg_unfit` for one that is too old or lacks H.264
 */
export async function findFfmpeg(env: Readonly<Record<string, string | undefined>>): Promise<Ffmpeg> {
  const search = { PATH: env.PATH ?? '' };
  const ffmpeg = Bun.which('ffmpeg', search);
  const ffprobe = Bun.which('ffprobe', search);
  if (ffmpeg === null || ffprobe === null) {
    const what = ffmpeg === null ? 'ffmpeg' : 'ffprobe';
    throw new DomainError('ffmpeg_missing', `${what} is not installed, which makes one file of the tracks.`, {
      fix: HOW_TO_GET,
    });
  }
  const kept = Object.fromEntries(
    ['PATH', 'HOME', 'XDG_CACHE_HOME', 'FONTCONFIG_FILE', 'FONTCONFIG_PATH', 'TMPDIR'].flatMap((name) =>
      env[name] === undefined ? [] : [[name, env[name]]],
    ),
  );
  const [version, encoders, filters] = await Promise.all(
    ['-version', '-encoders', '-filters'].map((what) => ask([ffmpeg, '-hide_banner', what], kept)),
  );
  const { major, minor } = versionOf(version ?? '');
  if (major < OLDEST.major || (major === OLDEST.major && minor < OLDEST.minor)) {
    throw unfit(`${ffmpeg} is version ${major}.${minor}`);
  }
  if (!/ libx264 /.test(encoders ?? '')) throw unfit(`${ffmpeg} was built without H.264 (libx264)`);
  return { ffmpeg, ffprobe, major, names: / ass /.test(filters ?? ''), env: kept };
}

/** A build from git has no number, and counts as the newest. */
export function versionOf(text: string): { major: number; minor: number } {
  const [, major, minor] = /^ffmpeg version n?(\d+)\.(\d+)/.exec(text) ?? [];
  return major === undefined ? { major: 99, minor: 0 } : { major: Number(major), minor: Number(minor) };
}

async function ask(command: string[], env: Record<string, string>): Promise<string> {
  const child = Bun.spawn(command, { env, stdin: 'ignore', stdout: 'pipe', stderr: 'ignore' });
  return await new Response(child.stdout).text();
}

function unfit(why: string): DomainError {
  return new DomainError('ffmpeg_unfit', `${why}.`, { fix: HOW_TO_GET });
}
