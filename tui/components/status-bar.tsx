import type { System } from '../../src/modules/system/model.ts';
import { useCalm } from '../hooks/use-calm.ts';
import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useNow } from '../hooks/use-now.ts';
import type { Dashboard } from '../state/dashboard.ts';
import { livekitRole } from '../text/livekit.ts';
import { count, since } from '../text/time.ts';
import { widthOf } from '../text/width.ts';
import { Line, plainText, type Segment } from './segments.tsx';

const SECOND_MS = 1000;

/** The first line: is everything well? What matters least goes first where there is no room. */
export function StatusBar({ width }: { readonly width: number }) {
  const connection = useDashboard((dashboard) => dashboard.feed.connection);
  if (connection.state === 'lost') return <Lost since={connection.since} />;
  if (connection.state === 'connecting') return <Line segments={[[' didar', 'brand'], '  connecting …']} />;
  return <Well width={width} />;
}

function Well({ width }: { readonly width: number }) {
  const { glyphs, dashboard } = useShown();
  const now = useNow();
  const system = useDashboard(() => dashboard.world.system);
  const people = useCalm(peopleIn);
  const rooms = useCalm(roomsIn);
  const rights = useDashboard(() => dashboard.world.rights);
  if (system === undefined) return <Line segments={[[' didar', 'brand']]} />;
  const { livekit } = system;
  const role = livekitRole(livekit.state);
  const parts: Segment[][] = [
    [[livekit.state === 'ready' ? glyphs.live : glyphs.off, role], ' livekit ', [livekit.state, role]],
    ...troublesOf(system),
    ...(system.draining ? [[['stopping: nobody new gets in', 'warn'] as const]] : []),
    ...(rights.moderate || rights.rooms ? [] : [[['only to look at', 'warn'] as const]]),
    ...(system.version === dashboard.version
      ? []
      : [[[`server ${system.version}, dashboard ${dashboard.version}`, 'warn'] as const]]),
    [count(people, 'person', 'people')],
    [count(rooms, 'room')],
    [`up ${since(system.startedAt, now)}`],
    [[count(livekit.restarts, 'restart'), livekit.restarts > 0 ? 'warn' : 'quiet']],
    [[dashboard.serverName, 'quiet']],
    [[system.version, 'quiet']],
  ];
  return <Line segments={joined(parts, width, [` ${glyphs.dot} `, 'quiet'])} />;
}

/** What else is not well, in words short enough for this line; the doctor has the rest. */
function troublesOf({ checks }: System): Segment[][] {
  return [
    ...(checks.database.ok ? [] : [[['database: see the doctor', 'bad'] as const]]),
    ...(checks.data.ok ? [] : [[['data directory: see the doctor', 'bad'] as const]]),
    ...(checks.clock.ok ? [] : [[['clock: see the doctor', 'warn'] as const]]),
  ];
}

const peopleIn = ({ world }: Dashboard) => world.participants.size;
const roomsIn = ({ world }: Dashboard) => world.rooms.size;

function joined(parts: readonly Segment[][], width: number, dot: Segment): Segment[] {
  const line: Segment[] = [[' didar', 'brand'], '  '];
  for (const [i, part] of parts.entries()) {
    const next = i === 0 ? part : [dot, ...part];
    if (widthOf(plainText([...line, ...next])) > width) break;
    line.push(...next);
  }
  return line;
}

/** Why is told above the keys, where there is room for it. */
function Lost({ since: lostAt }: { readonly since: number }) {
  const now = useNow(SECOND_MS);
  const hasData = useDashboard((dashboard) => dashboard.world.system !== undefined);
  const seconds = Math.max(0, Math.round((now - lostAt) / SECOND_MS));
  return (
    <Line
      segments={[
        [' didar', 'brand'],
        '  ',
        [`${hasData ? 're' : ''}connecting, ${seconds} s`, 'bad'],
        [hasData ? '  what you see is that old, nothing can be changed' : '', 'warn'],
      ]}
    />
  );
}
