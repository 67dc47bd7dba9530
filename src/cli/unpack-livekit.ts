import type { Command } from 'commander';
import { bundle } from '../lib/bundle.ts';
import { DomainError } from '../lib/errors.ts';
import { unpackHere } from '../livekit/binary/unpack.ts';

/** `didar unpack-livekit DIRECTORY`: the daemon's child that unpacks, so that the daemon does not keep the memory. */
export function addUnpackLiveKit(program: Command): void {
  program
    .command('unpack-livekit', { hidden: true })
    .description('Unpacks the bundled livekit-server into a directory.')
    .argument('<directory>')
    .action(async (directory: string) => {
      if (!bundle)
        throw new DomainError('unpack_failed', 'there is nothing to unpack when didar runs from source');
      await unpackHere(directory, bundle.livekit);
    });
}
