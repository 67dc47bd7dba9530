import type { Command } from 'commander';
import { version } from '../../package.json';
import { bundle } from '../lib/bundle.ts';
import { bundledLiveKitVersion } from './lib/livekit-version.ts';
import { print, printJson } from './lib/output.ts';

/** `didar version`: what a report of a fault should begin with. */
export function addVersion(program: Command): void {
  program
    .command('version')
    .description('Tells the versions of didar, of the Bun inside it and of the bundled livekit-server.')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      const versions = {
        didar: version,
        commit: bundle?.commit,
        bun: Bun.version,
        livekit: await bundledLiveKitVersion(),
        platform: `${process.platform}-${process.arch}`,
      };
      if (options.json) return printJson(versions);
      const commit = versions.commit ? ` (${versions.commit})` : '';
      print(`didar ${versions.didar}${commit}`);
      print(`bun ${versions.bun}`);
      print(`livekit-server ${versions.livekit}`);
    });
}
