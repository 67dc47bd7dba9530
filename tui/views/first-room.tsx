import { Box } from 'ink';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { System } from '../../src/modules/system/model.ts';
import { networkState } from '../components/network-state.ts';
import { QrCode, useQr } from '../components/qr-code.tsx';
import { Line, type Segment } from '../components/segments.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useNetwork } from '../hooks/use-network.ts';
import type { ViewProps } from './view-props.ts';

/** Left for the words beside the code. */
const WORDS_WIDTH = 56;

/** A server without rooms: how to make one and the first admin, where people come in, and whether they can. */
export function FirstRoom({ width, height }: ViewProps) {
  const system = useDashboard((dashboard) => dashboard.world.system);
  const setupCode = useDashboard((dashboard) => dashboard.world.setupCode);
  const mayMake = useDashboard((dashboard) => dashboard.world.rights.rooms);
  const network = useNetwork();
  const code = useQr(system?.url ?? '', width - WORDS_WIDTH, height);
  return (
    <Box height={height} justifyContent="space-between">
      <Box flexDirection="column" paddingLeft={2}>
        {firstRoomLines({ system, setupCode, mayMake, network }).map((segments, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines of a text have no other identity
          <Line key={i} segments={segments} />
        ))}
      </Box>
      {code && <QrCode lines={code} />}
    </Box>
  );
}

export interface FirstRoomFacts {
  readonly system: System | undefined;
  /** Undefined where there is an admin already, or for whoever is not local. */
  readonly setupCode: string | undefined;
  /** Whoever only looks can't be told to make one. */
  readonly mayMake: boolean;
  readonly network: NetworkHealth | undefined;
}

/** What is told where there is no room yet. */
export function firstRoomLines({ system, setupCode, mayMake, network }: FirstRoomFacts): Segment[][] {
  const [livekit = [], tests] = networkState(network, system?.livekit.state);
  const how: Segment[][] = mayMake
    ? [
        ['Press ', ['n', 'key'], ' to make one: its join link is shown then.'],
        ['In a shell: ', ['didar room create', 'key'], '.'],
      ]
    : [['This token may only look: it can make none.']];
  const account: Segment[][] = [
    [''],
    ['There is no account yet. This setup code makes the first admin:'],
    ['  ', [setupCode ?? '', 'strong']],
    ['or in a shell: ', ['didar user create --role admin', 'key']],
  ];
  return [
    [''],
    [['There is no room yet.', 'strong']],
    ...how,
    [''],
    ['People reach this server at ', [system?.url ?? '', 'strong']],
    tests === undefined ? livekit : [...livekit, '; ', ...tests],
    ...(setupCode === undefined ? [] : account),
  ];
}
