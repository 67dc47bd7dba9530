import { join } from 'node:path';
import { DOCUMENTS } from './documents.ts';
import { fill } from './fill.ts';

/** `bun run docs`: brings the tables in the documentation up to date. */
for (const [path, tables] of Object.entries(DOCUMENTS)) {
  const document = join(import.meta.dir, '../../..', path);
  await Bun.write(document, fill(await Bun.file(document).text(), tables()));
}
