import { formatFault } from '../../../config/faults.ts';
import { type Check, failed, ok, skipped, together, warning } from '../../check.ts';
import { staticConfigOf } from '../../livekit-files.ts';
import { modeOf } from '../../subject.ts';

const KEY = 'livekit.configPath';
/** Faults whose row of the table says more than the fault itself. */
const ROWS: readonly (readonly [RegExp, string])[] = [
  [/^tls$/, 'config-tls-block'],
  [/^egress$/, 'config-egress-block'],
  [/^rtc\.use_external_ip$/, 'external-ip'],
];

/** Rows 1 to 4, 8, 21 and 26: livekit-server takes its configuration, and nothing that Didar needs is missing in it. */
export const livekitConfigurationCheck: Check = {
  id: 'livekit.configuration',
  title: "livekit-server's configuration is right",
  async run(subject) {
    const mode = modeOf(subject);
    if (mode === 'external') return skipped('livekit-server runs elsewhere, with its own configuration.');
    if (mode === 'embedded') return ok('Didar writes it, with the keys that this version knows.');
    const { path, faults, missing, useExternalIp } = await staticConfigOf(subject);
    const outcomes = [
      ...faults.map((fault) =>
        failed(
          formatFault({ ...fault, source: path })
            .split('\n')[0]
            ?.trim() ?? '',
          {
            trouble: ROWS.find(([pattern]) => pattern.test(fault.key ?? ''))?.[1] ?? 'config-unknown-key',
            fix: fault.fix,
            key: KEY,
          },
        ),
      ),
      ...(useExternalIp
        ? [
            warning(`${path}: rtc.use_external_ip asks the internet for the address at each start.`, {
              trouble: 'external-ip',
              fix: 'Set rtc.node_ip to the public address and rtc.use_external_ip: false.',
            }),
          ]
        : []),
      ...missing.map(({ what, add }) =>
        warning(`${path} lacks ${what}`, { fix: `Add to ${path}:\n${add}`, key: KEY }),
      ),
    ];
    return outcomes.length > 0 ? together(outcomes) : ok(`${path} has no fault.`);
  },
};
