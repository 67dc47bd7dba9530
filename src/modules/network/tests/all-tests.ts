import type { Clock } from '../../../lib/clock.ts';
import { lookUpKey } from '../../../livekit/config/known-keys.ts';
import type { MediaServer } from '../../../livekit/media-server/media-server.ts';
import type { LiveKitKey } from '../../../livekit/tokens/key.ts';
import { turnCredentials } from '../../../livekit/turn/credentials.ts';
import type { NetworkPlan } from '../plan.ts';
import type { PlannedTest, SkippedTest } from '../planned-test.ts';
import type { TestTokens } from '../test-tokens.ts';
import { iceTcpTest, signallingTest } from './reach-tests.ts';
import { stunTests } from './stun-tests.ts';
import { turnTlsTests } from './turn-tls-tests.ts';

const CREDENTIAL_LIFE_S = 60;

const NO_TURN_TLS: SkippedTest = {
  name: 'turn-tls',
  title: 'TURN over TLS',
  why: 'there is none: that takes a generated configuration, and a full name or an IPv4 address as server.host',
};

export interface AllTestsOptions {
  readonly plan: NetworkPlan;
  readonly media: Pick<MediaServer, 'url' | 'version'>;
  readonly key: LiveKitKey;
  readonly tokens: Pick<TestTokens, 'take'>;
  readonly clock: Clock;
}

/** What can be tested of this server now; all of it is listed and nothing tried while livekit is down. */
export function allTests(options: AllTestsOptions): readonly (PlannedTest | SkippedTest)[] {
  const { plan, media: server, tokens, clock } = options;
  const { node, media, tls } = plan;
  const credentials = () => credentialsFor(options);
  const tests = [
    signallingTest({ plan, token: tokens.take, clock }),
    ...(media ? [iceTcpTest({ node, port: media.tcp.from, clock })] : []),
    ...(media?.turn ? stunTests({ node, turn: media.turn, credentials, clock }) : []),
    ...(tls?.turn
      ? turnTlsTests({ turn: tls.turn, caPem: tls.certificates.caPem, port: plan.port(), credentials, clock })
      : []),
  ];
  const skipped = media?.turn && tls && !tls.turn ? [NO_TURN_TLS] : [];
  if (server.url() !== undefined) return [...tests, ...skipped];
  const down = tests.map(({ name, title }) => ({ name, title, why: 'the media server is not running' }));
  return [...down, ...skipped];
}

/** The version that knows how long they may live is the one that writes an expiry into them. */
function credentialsFor({ media, key, clock }: AllTestsOptions) {
  return turnCredentials({
    ...key,
    expiry: Math.floor(clock.now() / 1000) + CREDENTIAL_LIFE_S,
    expires: lookUpKey('turn.ttl_seconds', media.version() ?? '')?.known ?? false,
  });
}
