import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { remoteAddress } from './lib/client-options.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';
import { checkProfileName, profileNamed, profilesPath, readProfiles, writeProfiles } from './lib/profiles.ts';

interface AddOptions {
  readonly url: string;
  readonly tokenFile?: string;
}

/** `didar profile`: short names for servers elsewhere, for `--profile`. */
export function addProfile(program: Command): void {
  const profile = program
    .command('profile')
    .description('Short names for servers elsewhere: didar tui --profile NAME.');
  const path = () => profilesPath(process.env);

  profile
    .command('add <name>')
    .description('Gives a server elsewhere a name, or the name another server.')
    .requiredOption('--url <url>', 'its URL')
    .option('--token-file <file>', 'file that holds an API token; it is read at each use, not copied')
    .action(async (name: string, { url, tokenFile }: AddOptions) => {
      checkProfileName(name);
      // What is wrong with either is told now, not at the first use.
      const address = await remoteAddress(url, tokenFile);
      const file = tokenFile === undefined ? {} : { tokenFile: resolve(tokenFile) };
      await writeProfiles(path(), { ...(await readProfiles(path())), [name]: { url: address.url, ...file } });
      printNote(`didar tui --profile ${name} shows ${address.url}`);
    });

  profile
    .command('list')
    .description('Lists the profiles.')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const profiles = await readProfiles(path());
      if (json) return printJson(profiles);
      const rows = Object.entries(profiles).map(([name, { url, tokenFile }]) => ({ name, url, tokenFile }));
      printTable(
        [
          { title: 'name', value: (row) => row.name },
          { title: 'url', value: (row) => row.url },
          { title: 'token file', value: (row) => row.tokenFile },
        ],
        rows,
        'There is no profile; didar profile add NAME --url URL makes one.',
      );
      for (const { name, tokenFile } of rows) {
        const isThere = tokenFile === undefined || (await canRead(tokenFile));
        if (!isThere) printNote(`the token file of ${name} cannot be read: ${tokenFile}`);
      }
    });

  profile
    .command('remove <name>')
    .description('Forgets a profile; its token file stays.')
    .action(async (name: string) => {
      const profiles = await readProfiles(path());
      profileNamed(profiles, name);
      await writeProfiles(
        path(),
        Object.fromEntries(Object.entries(profiles).filter(([kept]) => kept !== name)),
      );
      print(`${name} is forgotten`);
    });
}

async function canRead(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}
