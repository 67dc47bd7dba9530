import { join } from 'node:path';
import { fill } from './fill.ts';
import { readmeTables } from './tables.ts';

/** `bun run docs`: brings the README's tables up to date. */
const readme = join(import.meta.dir, '../../../README.md');
await Bun.write(readme, fill(await Bun.file(readme).text(), readmeTables()));
