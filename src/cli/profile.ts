import { access, constants } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { remoteAddress } from './lib/client-options.ts';
import { print, printJson, printNote, printTable } from './lib/output.ts';
import {
  checkProfileName,
  type Profile,
  profileNamed,
  profilesPath,
  readProfiles,
  writeProfiles,
} from './lib/profiles.ts';

interface AddOptions {
  readonly url: string;
  readonly tokenFile?: string;
  readonly caFile?: string;
  readonly production?: true;
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
    .option('--ca-file <file>', "certificate of its authority, where no public one vouches for the server's")
    .option('--production', 'its name stands out in the dashboard')
    .action(async (name: string, { url, tokenFile, caFile, production }: AddOptions) => {
      checkProfileName(name);
      // What is wrong with any of it is told now, not at the first use.
      const address = await remoteAddress({ url, tokenFile, caFile });
      const added: Profile = {
        url: address.url,
        ...(tokenFile !== undefined && { tokenFile: resolve(tokenFile) }),
        ...(caFile !== undefined && { caFile: resolve(caFile) }),
        ...(production && { production }),
      };
      await writeProfiles(path(), { ...(await readProfiles(path())), [name]: added });
      printNote(`didar tui --profile ${name} shows ${address.url}`);
    });

  profile
    .command('list')
    .description('Lists the profiles.')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const profiles = await readProfiles(path());
      if (json) return printJson(profiles);
      const rows = Object.entries(profiles).map(([name, profile]) => ({ name, ...profile }));
      printTable(
        [
          { title: 'name', value: (row) => row.name },
          { title: 'url', value: (row) => row.url },
          { title: 'token file', value: (row) => row.tokenFile },
          { title: 'CA file', value: (row) => row.caFile },
          { title: 'production', value: (row) => (row.production ? 'yes' : undefined) },
        ],
        rows,
        'There is no profile; didar profile add NAME --url URL makes one.',
      );
      for (const { name, tokenFile, caFile } of rows) {
        for (const file of [tokenFile, caFile]) {
          const isThere = file === undefined || (await canRead(file));
          if (!isThere) printNote(`a file of ${name} cannot be read: ${file}`);
        }
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
