import { isIP, isIPv6 } from 'node:net';
import { type Fault, formatFault } from '../../../config/faults.ts';
import { addressMatcher } from '../../../lib/cidr.ts';
import { isRestrictedPeer } from '../../../livekit/config/restricted-peer.ts';
import { atLeast } from '../../../livekit/config/version.ts';
import type { StaticConfig } from '../../../livekit/static/read-static-config.ts';
import { type Check, failed, type Outcome, ok, skipped, together, warning } from '../../check.ts';
import { staticConfigOf, versionOf } from '../../livekit-files.ts';
import { modeOf } from '../../subject.ts';

/** From then on TURN relays to private addresses only by permission. */
const RESTRICTED_SINCE = '1.12.0';
const KEY = 'livekit.configPath';
/** Faults whose row of the table says more than the fault itself. */
const ROWS: readonly (readonly [RegExp, string])[] = [
  [/does not know tls$/, 'config-tls-block'],
  [/does not know egress$/, 'config-egress-block'],
  [/does not know /, 'config-unknown-key'],
  [/ takes /, 'config-wrong-type'],
  [/no API key/, 'config-no-keys'],
  [/fewer than \d+ characters/, 'config-short-secret'],
  [/turn\.domain/, 'turn-domain'],
  [/needs a certificate/, 'turn-certificate'],
  [/TURN is on, but has no port/, 'turn-ports'],
];

/** Rows 1 to 4, 8, 21 and 26: livekit-server takes its configuration, and nothing that Didar needs is missing in it. */
export const livekitConfigurationCheck: Check = {
  id: 'livekit.configuration',
  title: "livekit-server's configuration is right",
  async run(subject) {
    const mode = modeOf(subject);
    if (mode === 'external') return skipped('livekit-server runs elsewhere, with its own configuration.');
    if (mode === 'embedded') return ok('Didar writes it, with the keys that this version knows.');
    const file = await staticConfigOf(subject);
    const { path, faults, missing, useExternalIp } = file;
    const refused = refusedPeers(file, await versionOf(subject));
    const outcomes = [
      ...faults.map((fault) => faultOutcome({ ...fault, source: path })),
      ...(useExternalIp
        ? [
            warning(`${path}: rtc.use_external_ip asks the internet for the address at each start.`, {
              trouble: 'external-ip',
              fix: 'Set rtc.node_ip to the public address and rtc.use_external_ip: false.',
            }),
          ]
        : []),
      ...(refused.length > 0
        ? [
            warning(
              `${path}: TURN refuses to relay to rtc.node_ip, since ${refused.join(', ')} is private.`,
              {
                trouble: 'turn-peer-denied',
                fix: `Add to ${path}:\nturn:\n  allow_restricted_peer_cidrs: [${refused.join(', ')}]`,
                key: KEY,
              },
            ),
          ]
        : []),
      ...missing.map(({ what, add }) =>
        warning(`${path} lacks ${what}`, { fix: `Add to ${path}:\n${add}`, key: KEY }),
      ),
    ];
    return outcomes.length > 0 ? together(outcomes) : ok(`${path} has no fault.`);
  },
};

function faultOutcome(fault: Fault): Outcome {
  const [where = ''] = formatFault(fault).split('\n');
  const trouble = ROWS.find(([pattern]) => pattern.test(fault.problem))?.[1];
  return failed(where.trim(), { fix: fault.fix, key: KEY, ...(trouble !== undefined && { trouble }) });
}

/** Addresses of livekit-server itself that relayed clients could not be let through to. */
function refusedPeers({ nodeIP = '', turn }: StaticConfig, version: string): readonly string[] {
  if (!turn.enabled || !atLeast(version, RESTRICTED_SINCE)) return [];
  const isAllowed = addressMatcher(turn.allowedPeers);
  const announced = nodeIP.split(',').map((address) => address.trim());
  return announced
    .filter((address) => isIP(address) !== 0 && isRestrictedPeer(address) && !isAllowed(address))
    .map((address) => `${address}/${isIPv6(address) ? 128 : 32}`);
}
