import { expect, test } from 'bun:test';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findFfmpeg, versionOf } from './find.ts';

/** A directory with programs that answer as ffmpeg does. */
async function pretend(version: string, encoders: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'didar-ffmpeg-'));
  const text = `#!/bin/sh\ncase "$*" in *-version) echo "${version}";; *-encoders) echo "${encoders}";; esac\n`;
  for (const name of ['ffmpeg', 'ffprobe']) {
    await Bun.write(join(dir, name), text);
    await chmod(join(dir, name), 0o755);
  }
  return dir;
}

test.each([
  ['ffmpeg version 4.3.6-0+deb11u1 Copyright', ' V....D libx264  ', '4.3'],
  ['ffmpeg version 6.1.2 Copyright', ' V....D libopenh264  ', 'libx264'],
])(
  'an ffmpeg that cannot do it is refused with the reason and what to install: %s',
  async (version, encoders, why) => {
    const PATH = await pretend(version, encoders);
    await expect(findFfmpeg({ PATH })).rejects.toMatchObject({
      code: 'ffmpeg_unfit',
      message: expect.stringContaining(why),
      fix: expect.stringContaining('4.4'),
    });
    await rm(PATH, { recursive: true });
  },
);

test('one that can is taken, names are drawn only where it has libass', async () => {
  const PATH = await pretend('ffmpeg version n7.1 Copyright', ' V....D libx264  ');
  expect(await findFfmpeg({ PATH, HOME: '/root', SECRET: 'x' })).toEqual({
    ffmpeg: join(PATH, 'ffmpeg'),
    ffprobe: join(PATH, 'ffprobe'),
    major: 7,
    names: false,
    env: { PATH, HOME: '/root' },
  });
  await rm(PATH, { recursive: true });
});

test('none at all is told with how to get one', async () => {
  await expect(findFfmpeg({ PATH: '/nowhere' })).rejects.toMatchObject({
    code: 'ffmpeg_missing',
    fix: expect.stringContaining('package ffmpeg'),
  });
});

test('a build from git counts as new', () => {
  expect(versionOf('ffmpeg version N-113007-g8d24a28d06 Copyright').major).toBeGreaterThan(50);
});
