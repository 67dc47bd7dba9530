import { Box } from 'ink';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import { QrCode, useQr } from '../components/qr-code.tsx';
import { Line, type Segment } from '../components/segments.tsx';
import { useDashboard } from '../hooks/use-dashboard.ts';
import { useNetwork } from '../hooks/use-network.ts';
import { livekitRole } from '../text/livekit.ts';
import type { ViewProps } from './view-props.ts';

/** Left for the words beside the code. */
const WORDS_WIDTH = 56;

/** A server without rooms: how to make one and the first admin, where people come in, and whether they can. */
export function FirstRoom({ width, height }: ViewProps) {
  const system = useDashboard((dashboard) => dashboard.world.system);
  const setupCode = useDashboard((dashboard) => dashboard.world.setupCode);
  const network = useNetwork();
  const url = system?.url ?? '';
  const code = useQr(url, width - WORDS_WIDTH, height);
  return (
    <Box height={height} justifyContent="space-between">
      <Box flexDirection="column" paddingLeft={2}>
        <Line segments={['']} />
        <Line segments={[['There is no room yet.', 'strong']]} />
        <Line
          segments={['Press ', ['n', 'key'], ' to make one, then ', ['c', 'key'], ' to copy its join link.']}
        />
        <Line segments={['In a shell: ', ['didar room create', 'key'], '.']} />
        <Line segments={['']} />
        <Line segments={['People reach this server at ', [url, 'strong']]} />
        <Line segments={networkSegments(network, system?.livekit.state)} />
        {setupCode !== undefined && (
          <>
            <Line segments={['']} />
            <Line segments={['There is no account yet. This setup code makes the first admin:']} />
            <Line segments={['  ', [setupCode, 'strong']]} />
            <Line segments={['or in a shell: ', ['didar user create --role admin', 'key']]} />
          </>
        )}
      </Box>
      {code && <QrCode lines={code} />}
    </Box>
  );
}

type LiveKitState = Parameters<typeof livekitRole>[0];

/** Whether a first meeting would work, in a line; what does not is explained in Network. */
function networkSegments(network: NetworkHealth | undefined, state: LiveKitState | undefined): Segment[] {
  const livekit: Segment[] =
    state === undefined ? [''] : ['livekit is ', [state, livekitRole(state)] as const];
  const tried = (network?.tests ?? []).filter((test) => test.state !== 'untested');
  const failed = tried.filter((test) => test.state === 'failed');
  const [first] = failed;
  if (tried.length === 0) return livekit;
  if (first === undefined)
    return [
      ...livekit,
      `; ${tried.length === 1 ? 'the self-test' : `all ${tried.length} self-tests`} `,
      ['passed', 'good'],
    ];
  const names = failed.length === 1 ? first.title : `${failed.length} of ${tried.length} self-tests`;
  return [...livekit, '; ', [`${names} failed`, 'bad'], ': see ', ['3', 'key']];
}
