import type { Command } from 'commander';
import { bundle } from '../lib/bundle.ts';
import { embeddedText } from '../lib/embedded-text.ts';
import { DomainError } from '../lib/errors.ts';
import { print } from './lib/output.ts';

/** `didar licenses`: the executable carries the work of others, whose licences ask to be passed on with it. */
export function addLicenses(program: Command): void {
  program
    .command('licenses')
    .description(
      'Prints what the executable contains, each part with its licence, then the text of every licence.',
    )
    .action(async () => {
      if (!bundle) {
        throw new DomainError('not_bundled', 'the licences are collected when the executable is built', {
          fix: 'run ./scripts/build, then dist/didar licenses',
        });
      }
      print((await embeddedText(bundle.licenses)).trimEnd());
    });
}
