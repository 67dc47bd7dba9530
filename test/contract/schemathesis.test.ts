import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { asAdmin, type Didar, startDidar } from '../harness/didar.ts';
import { createAccount } from '../harness/people.ts';
import { provideSchemathesis, run } from './provide.ts';

/** All of it is 150 s of CPU, and the cores may be wanted elsewhere. */
const LIMIT_MS = 800_000;
const EXAMPLES = 50;
/** All that needs a session answers a stranger before it looks at what it was sent: a few examples show as much. */
const EXAMPLES_OF_A_STRANGER = 10;
/** As the contract's own examples have it, so that they stand for something. */
const ROOM = 'abc-defg-hij';

/** What is not for a program that waits for the end of each answer. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  '/api/event/stream': 'an event stream has no end',
  '/api/room/{name}/wait': 'an event stream, until one is admitted or refused',
};

const ALL_PHASES = ['examples', 'coverage', 'fuzzing', 'stateful'];

interface Attack {
  readonly phases: readonly string[];
  /** At most so many for each operation and phase. */
  readonly examples: number;
  readonly headers: readonly string[];
}

const program = await provideSchemathesis();
// In CI a missing tool is a fault, not a reason to look away.
const isSkipped = program === undefined && !process.env.CI;
const why = program === undefined ? ' (needs python3 with venv)' : '';

describe.skipIf(isSkipped)(`Schemathesis, all checks, ${EXAMPLES} examples an operation${why}`, () => {
  let didar: Didar;
  let asAnAdmin: Promise<readonly string[]>;
  let asAStranger: Promise<string>;

  beforeAll(async () => {
    didar = await startDidar({ config: { server: { trustedProxies: ['127.0.0.1'] } } });
    await createAccount(didar, 'admin');
    const made = await asAdmin<{ token: string }>(didar, '/api/token', {
      json: { name: 'contract', scopes: ['admin'] },
    });
    await asAdmin(didar, '/api/room', { json: { name: ROOM } });
    const headers = [`Authorization: Bearer ${made.token}`];
    // Two side by side, each with a core, of about as much work; what each finds is told by its test.
    const random = attack({ phases: ['fuzzing'], examples: EXAMPLES, headers });
    const systematic = attack({ phases: ['examples', 'coverage', 'stateful'], examples: EXAMPLES, headers });
    asAnAdmin = Promise.all([random, systematic]);
    asAStranger = systematic
      .catch(() => undefined)
      .then(() => attack({ phases: ALL_PHASES, examples: EXAMPLES_OF_A_STRANGER, headers: [] }));
    await Promise.allSettled([random, systematic, asAStranger]);
  }, LIMIT_MS);
  afterAll(async () => await didar?.cleanUp());

  async function attack({ phases, examples, headers }: Attack): Promise<string> {
    const { ok, said } = await run(
      [
        program ?? 'schemathesis',
        `--config-file=${import.meta.dir}/schemathesis.toml`,
        'run',
        `${didar.url}/openapi.json`,
        '--checks=all',
        `--phases=${phases.join(',')}`,
        `--max-examples=${examples}`,
        // Python 3.11 takes the recursion depth of one thread for that of another (`SystemError: AST constructor …`).
        '--workers=1',
        '--continue-on-failure',
        // These are about how fast a busy machine makes up requests, not about what they are answered with.
        '--suppress-health-check=all',
        '--no-shrink',
        '--no-color',
        '--generation-database=none',
        '--request-timeout=30',
        '--max-response-time=30',
        ...Object.keys(LEFT_OUT).map((path) => `--exclude-path=${path}`),
        ...headers.map((header) => `--header=${header}`),
      ],
      // It keeps notes where it runs.
      { cwd: didar.home, env: { SCHEMATHESIS_HOOKS: `${import.meta.dir}/hooks.py` } },
    );
    if (!ok) throw new Error(said);
    return said;
  }

  /** How many operations there are, and that each was tested. */
  function expectWhole(said: string): void {
    const [, selected, total] = /Selected: (\d+)\/(\d+)/.exec(said) ?? [];
    expect(Number(total) - Number(selected)).toBe(Object.keys(LEFT_OUT).length);
    expect(said).toContain(`Tested: ${selected}`);
  }

  test(
    'finds nothing as an admin: every answer is as declared, and none is a server error',
    async () => {
      for (const said of await asAnAdmin) expectWhole(said);
    },
    LIMIT_MS,
  );

  test(
    'finds nothing as a stranger: no way around authentication',
    async () => {
      expectWhole(await asAStranger);
    },
    LIMIT_MS,
  );

  test('and the server is none the worse for it', async () => {
    expect((await didar.api('/api/ready')).status).toBe(200);
    expect(didar.logs()).not.toContain('"level":"error"');
  });
});
