import { type Check, failed, ok, skipped, warning } from '../../check.ts';
import { isForThisMachineOnly, type SelfTestNow, type Subject } from '../../subject.ts';

interface TestedBy {
  readonly id: string;
  readonly title: string;
  /** Of the self-test in the network's health. */
  readonly test: string;
  readonly trouble: string;
  readonly key: string;
}

const TESTS: readonly TestedBy[] = [
  {
    id: 'network.signalling',
    title: 'Signalling answers at the URL that clients are given',
    test: 'signalling',
    trouble: 'client-timeout',
    key: 'server.host',
  },
  {
    id: 'network.stun',
    title: 'STUN answers over UDP',
    test: 'stun-udp',
    trouble: 'behind-firewall',
    key: 'livekit.nodeIP',
  },
  {
    id: 'network.turn-udp',
    title: 'TURN relays over UDP',
    test: 'turn-udp',
    trouble: 'behind-firewall',
    key: 'livekit.turn.udpPort',
  },
  {
    id: 'network.turn-tls',
    title: 'TURN relays over TLS',
    test: 'turn-tls',
    trouble: 'behind-firewall',
    key: 'server.port',
  },
  {
    id: 'network.turn-tls-port',
    title: 'TURN relays over TLS on its own port',
    test: 'turn-tls-5349',
    trouble: 'behind-firewall',
    key: 'livekit.turn.tlsPort',
  },
  {
    id: 'network.ice-tcp',
    title: 'Media over TCP can connect',
    test: 'ice-tcp',
    trouble: 'no-media',
    key: 'livekit.tcpPort',
  },
];

/** Rows 10, 16, 17 and 19: real exchanges at the addresses that clients are told. */
export const selfTestChecks: readonly Check[] = TESTS.map(({ id, title, test, trouble, key }) => ({
  id,
  title,
  async run(subject) {
    if (subject.network === undefined) return skipped('No didar runs here.');
    const found = (await subject.network).tests.find(({ name }) => name === test);
    if (found === undefined) return skipped('There is none here.');
    const seen = `${found.title}: ${found.evidence}`;
    if (found.state === 'untested') return skipped(seen);
    if (found.state === 'ok') return ok(`${seen} (${found.ms} ms).`);
    return judgeFailure(found, seen, { trouble, key }, subject);
  },
}));

function judgeFailure(
  { fix }: SelfTestNow,
  seen: string,
  remedy: { readonly trouble: string; readonly key: string },
  subject: Subject,
) {
  // Nobody else dials it, so that it is not on 443 matters to nobody.
  if (remedy.key === 'server.port' && isForThisMachineOnly(subject)) return skipped(seen);
  const known = { ...remedy, ...(fix !== null && { fix }) };
  if (!subject.addresses.nat) return failed(seen, known);
  return warning(
    `${seen} From inside that is not sure: many a NAT does not lead back to where it came from.`,
    {
      ...known,
      fix: `"didar probe URL" from another network tells for sure. ${fix ?? ''}`.trim(),
    },
  );
}
