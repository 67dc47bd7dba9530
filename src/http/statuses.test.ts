import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { Glob } from 'bun';
import { STATUSES } from './statuses.ts';

const SRC = join(import.meta.dir, '..');
/** What answers requests; the rest of the house throws at the start or in the command line. */
const THROWS_OVER_HTTP = new Glob('{modules,access,jobs,livekit/api,livekit/webhook}/**/*.ts');

test('every code that a service throws has a status: a missing one belongs into src/http/statuses.ts', async () => {
  const missing = new Set<string>();
  for await (const file of THROWS_OVER_HTTP.scan(SRC)) {
    if (file.endsWith('.test.ts')) continue;
    const source = await Bun.file(join(SRC, file)).text();
    for (const [, code = ''] of source.matchAll(/new DomainError\(\s*'([a-z_]+)'/g))
      if (!(code in STATUSES)) missing.add(`${code} (${file})`);
  }
  expect([...missing]).toEqual([]);
});

test('codes are in lower snake case, and faults of the client are told from ours', () => {
  for (const [code, [status, title]] of Object.entries(STATUSES)) {
    expect(code).toMatch(/^[a-z][a-z0-9]*(_[a-z]+)*$/);
    expect(status).toBeWithin(400, 504);
    expect(title.length).toBeGreaterThan(4);
  }
});
