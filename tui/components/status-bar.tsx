import type { System } from '../../src/modules/system/model.ts';
import { useCalm } from '../hooks/use-calm.ts';
import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useFlashing } from '../hooks/use-flash.ts';
import { useNow } from '../hooks/use-now.ts';
import type { Dashboard } from '../state/dashboard.ts';
import type { Server } from '../state/server.ts';
import { livekitRole } from '../text/livekit.ts';
import { count, since } from '../text/time.ts';
import { truncate, widthOf } from '../text/width.ts';
import { Line, plainText, type Segment } from './segments.tsx';

const SECOND_MS = 1000;
/** A long host is cut: the rest of the line is about it. */
const NAME_WIDTH = 24;

/** The first line: is everything well? What matters least goes first where there is no room. */
export function StatusBar({ width }: { readonly width: number }) {
  const connection = useDashboard((dashboard) => dashboard.feed.connection);
  if (connection.state === 'lost') return <Lost since={connection.since} />;
  if (connection.state === 'connecting') return <Connecting />;
  return <Well width={width} />;
}

/** Which server it is, before all else: what is done here is done there. */
function nameSegments({ name, isProduction }: Server): Segment[] {
  const shown = truncate(name, NAME_WIDTH, 'middle');
  return [[' didar', 'brand'], '  ', isProduction ? [`[${shown}]`, 'alarm'] : [shown, 'strong']];
}

function Connecting() {
  const { server } = useShown().dashboard;
  return <Line segments={[...nameSegments(server), '  connecting …']} />;
}

function Well({ width }: { readonly width: number }) {
  const { glyphs, dashboard } = useShown();
  const now = useNow();
  const system = useDashboard(() => dashboard.world.system);
  const people = useCalm(peopleIn);
  const rooms = useCalm(roomsIn);
  const waiting = useCalm(waitingIn);
  const flashing = useFlashing(waiting);
  const rights = useDashboard(() => dashboard.world.rights);
  const named = nameSegments(dashboard.server);
  if (system === undefined) return <Line segments={named} />;
  const { livekit } = system;
  const role = livekitRole(livekit.state);
  const parts: Segment[][] = [
    [[livekit.state === 'ready' ? glyphs.live : glyphs.off, role], ' livekit ', [livekit.state, role]],
    ...(waiting === 0
      ? []
      : [[[waiting === 1 ? '1 waits' : `${waiting} wait`, flashing ? 'changed' : 'warn'] as const]]),
    ...troublesOf(system),
    ...(system.draining ? [[['stopping: nobody new gets in', 'warn'] as const]] : []),
    ...(rights.moderate || rights.rooms ? [] : [[['read only', 'warn'] as const]]),
    ...(system.version === dashboard.version
      ? []
      : [[[`server ${system.version}, not ${dashboard.version}`, 'warn'] as const]]),
    [count(people, 'person', 'people')],
    [count(rooms, 'room')],
    [`up ${since(system.startedAt, now)}`],
    [[count(livekit.restarts, 'restart'), livekit.restarts > 0 ? 'warn' : 'quiet']],
    ...(dashboard.server.address === '' ? [] : [[[dashboard.server.address, 'quiet'] as const]]),
    [[system.version, 'quiet']],
  ];
  return <Line segments={joined(named, parts, width, [` ${glyphs.dot} `, 'quiet'])} />;
}

/** What else is not well, in words short enough for this line; the doctor has the rest. */
function troublesOf({ checks }: System): Segment[][] {
  return TROUBLES.flatMap(([check, what, role]) =>
    checks[check].ok === false ? [[[`${what}: see the doctor`, role] as const]] : [],
  );
}

const TROUBLES = [
  ['database', 'database', 'bad'],
  ['data', 'data directory', 'bad'],
  ['clock', 'clock', 'warn'],
  ['certificate', 'certificate', 'warn'],
] as const;

const peopleIn = ({ world }: Dashboard) => world.participants.size;
const waitingIn = ({ world }: Dashboard) => world.waiting.size;
const roomsIn = ({ world }: Dashboard) => world.rooms.size;

function joined(
  first: readonly Segment[],
  parts: readonly Segment[][],
  width: number,
  dot: Segment,
): Segment[] {
  const line = [...first];
  for (const part of parts) {
    const next = [dot, ...part];
    if (widthOf(plainText([...line, ...next])) > width) break;
    line.push(...next);
  }
  return line;
}

/** Why is told above the keys, where there is room for it. */
function Lost({ since: lostAt }: { readonly since: number }) {
  const { server } = useShown().dashboard;
  const now = useNow(SECOND_MS);
  const hasData = useDashboard((dashboard) => dashboard.world.system !== undefined);
  const seconds = Math.max(0, Math.round((now - lostAt) / SECOND_MS));
  return (
    <Line
      segments={[
        ...nameSegments(server),
        '  ',
        [`${hasData ? 're' : ''}connecting, ${seconds} s`, 'bad'],
        [hasData ? '  what you see is that old, nothing can be changed' : '', 'warn'],
      ]}
    />
  );
}
