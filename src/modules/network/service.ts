import type { Clock } from '../../lib/clock.ts';
import { toTimestamp } from '../../lib/schema.ts';
import { atLeast } from '../../livekit/config/version.ts';
import type { MediaServer } from '../../livekit/media-server/media-server.ts';
import { fetchMetrics } from '../../livekit/metrics/fetch-metrics.ts';
import { createMetricsSampler } from '../../livekit/metrics/sampler.ts';
import type { LiveKitKey } from '../../livekit/tokens/key.ts';
import type { Admission } from '../../network/front/contract.ts';
import type { LiveState } from '../live/live-state.ts';
import { certificateOf } from './certificate.ts';
import { createFailures, type Failures } from './failures.ts';
import type { NetworkHealth, NetworkProblem, Port, SelfTest } from './model.ts';
import { createPaths } from './paths.ts';
import type { NetworkPlan } from './plan.ts';
import { portsNow } from './ports.ts';
import { problemsAmong, type SetUpFinding } from './problems.ts';
import type { PathRepo } from './repo.ts';
import { createSelfTests } from './self-tests.ts';
import { createTestTokens } from './test-tokens.ts';
import { allTests } from './tests/all-tests.ts';

const TEST_EVERY_MS = 60_000;
/** The first livekit-server that certainly counts failed joins in its metrics; of older ones its log tells. */
const FAILURES_SINCE = '1.13.0';

export interface NetworkDeps {
  readonly plan: NetworkPlan;
  readonly media: MediaServer;
  readonly key: LiveKitKey;
  readonly repo: PathRepo;
  readonly live: LiveState;
  readonly clock: Clock;
  /** The doctor's look at how the network is set up. Never rejects. */
  readonly examine: () => Promise<readonly SetUpFinding[]>;
}

export interface Network {
  /** To be told of by livekit's log; with their likely causes. */
  readonly failures: Failures;
  health(): NetworkHealth;
  /** Makes all tests and looks at the set-up now, and tells the health after that. Never rejects. */
  test(): Promise<NetworkHealth>;
  /** The same without the set-up: for the doctor, who looks at that by himself. */
  selfTest(): Promise<NetworkHealth>;
  /** What the signalling gate has to say to the token of a test of ours; undefined for all other tokens. */
  admit(token: string | undefined): Admission | undefined;
  /** To be called once the front listens: from then on it is tested, and livekit's metrics are read. */
  start(): void;
  stop(): void;
}

/** How people reach this server and how well: measured, tested, and put beside what was planned. */
export function createNetwork(deps: NetworkDeps): Network {
  const { plan, media, key, clock, live, repo, examine } = deps;
  const tokens = createTestTokens({ key, clock });
  const tests = createSelfTests({ clock, planned: () => allTests({ plan, media, key, tokens, clock }) });
  const failures = createFailures({ nodeAnswers: () => answers(tests.state('stun-udp')) });
  const paths = createPaths({ live, repo, clock });
  const sampler = createMetricsSampler({
    clock,
    async read() {
      const place = media.url() === undefined ? undefined : media.metrics();
      return place && fetchMetrics(place);
    },
    failedJoins: () => (countsFailures() ? undefined : failures.count()),
  });
  const countsFailures = () => atLeast(media.version() ?? '0', FAILURES_SINCE);
  let ports: readonly Port[] = [];
  let problems: readonly NetworkProblem[] = [];
  let cancel: (() => void) | undefined;

  async function selfTest(): Promise<void> {
    const [found] = await Promise.all([portsNow(plan), tests.run()]);
    ports = found;
  }

  async function round(): Promise<void> {
    const [found] = await Promise.all([examine(), selfTest()]);
    problems = problemsAmong(found);
  }

  function health(): NetworkHealth {
    const { measuredAt, joins, quality, step, series } = sampler.history();
    const { ok } = joins;
    const failed = countsFailures() ? joins.failed : failures.count();
    const attempts = ok + failed;
    return {
      measuredAt: measuredAt === undefined ? null : toTimestamp(measuredAt),
      node: { ...plan.node, seenAs: tests.seenAs() ?? null },
      joins: { ok, failed, successRate: attempts === 0 ? null : ok / attempts },
      ...paths(),
      quality,
      series: { step, ...series },
      ports: [...ports],
      tests: [...tests.results()],
      certificate: plan.tls ? certificateOf(plan.tls, clock.now()) : null,
      problems: [...problems],
      failures: [...failures.list()],
    };
  }

  return {
    failures,
    health,
    async test() {
      await Promise.all([round(), sampler.sample()]);
      return health();
    },
    async selfTest() {
      await Promise.all([selfTest(), sampler.sample()]);
      return health();
    },
    admit: tokens.admit,
    start() {
      sampler.start();
      cancel = clock.every(TEST_EVERY_MS, () => void round());
      media.onChange(() => {
        if (cancel) void round();
      });
      void round();
    },
    stop() {
      sampler.stop();
      cancel?.();
      cancel = undefined;
    },
  };
}

function answers(state: SelfTest['state'] | undefined): boolean | undefined {
  return state === 'ok' || state === 'failed' ? state === 'ok' : undefined;
}
