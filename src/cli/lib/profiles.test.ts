import { afterEach, beforeEach, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkProfileName, profileNamed, profilesPath, readProfiles, writeProfiles } from './profiles.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'didar-profiles-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

test('a profile is kept for its owner alone, and found by its name', async () => {
  const path = profilesPath({ XDG_CONFIG_HOME: directory });
  expect(await readProfiles(path)).toEqual({});
  await writeProfiles(path, { prod: { url: 'https://meet.example.org/', tokenFile: '/etc/token' } });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const profiles = await readProfiles(path);
  expect(profileNamed(profiles, 'prod')).toEqual({
    url: 'https://meet.example.org/',
    tokenFile: '/etc/token',
  });
  expect(() => profileNamed(profiles, 'toString')).toThrow(
    expect.objectContaining({ code: 'profile_not_found', fix: expect.stringContaining('prod') }),
  );
});

test('a file that holds no profiles is told of with what to do', async () => {
  const path = join(directory, 'profiles.json');
  for (const text of ['[]', '{"prod": {}}', 'nonsense']) {
    writeFileSync(path, text);
    await expect(readProfiles(path)).rejects.toMatchObject({ code: 'profiles_unreadable' });
  }
});

test('a name that a shell or a file would stumble over is refused', () => {
  for (const name of ['', '-x', 'A', 'a b', '../x']) expect(() => checkProfileName(name)).toThrow();
  checkProfileName('prod-2');
});
