import { findTaken, listenPlaces } from '../../../livekit/process/ports.ts';
import type { ListenPlace } from '../../../network/front/listen-error.ts';
import { portHolder } from '../../../network/ports/holder.ts';
import { type Check, failed, failedBy, type Outcome, ok, together } from '../../check.ts';
import { staticConfigOf } from '../../livekit-files.ts';
import { modeOf, type RunningServer, type Subject } from '../../subject.ts';

const HTTPS_PORT = 443;

/** Row 12: every port of ours is ours, or free when nothing runs. */
export const portsCheck: Check = {
  id: 'network.ports',
  title: 'Our ports are ours',
  async run(subject) {
    const [front, livekit] = [frontPlaces(subject), await livekitPlaces(subject)];
    const { running } = subject;
    if (running === undefined) return judgeFree([...front, ...livekit]);
    if (running.media.status().state === 'ready') return judgeHeld([...front, ...livekit], running);
    return together([await judgeHeld(front, running), await judgeFree(livekit)]);
  },
};

/** What Didar itself listens on. */
function frontPlaces(subject: Subject): readonly ListenPlace[] {
  const { server, livekit } = subject.config;
  const main = {
    bind: server.bind,
    bindKey: 'server.bind',
    port: server.port,
    portKey: 'server.port',
  };
  const hasTurnTls = subject.running
    ? subject.running.turnTls !== undefined
    : modeOf(subject) === 'embedded' && server.tls.mode !== 'off' && livekit.turn.enabled;
  return hasTurnTls && livekit.turn.tlsPort !== server.port
    ? [main, { ...main, port: livekit.turn.tlsPort, portKey: 'livekit.turn.tlsPort' }]
    : [main];
}

async function livekitPlaces(subject: Subject): Promise<readonly ListenPlace[]> {
  switch (modeOf(subject)) {
    case 'external':
      return [];
    case 'static':
      return (await staticConfigOf(subject)).listens;
    case 'embedded':
      return listenPlaces(subject.config.livekit);
  }
}

async function judgeFree(places: readonly ListenPlace[]): Promise<Outcome> {
  const taken = await findTaken(places);
  if (taken.length === 0) return ok(`Free: ${places.map(nameOf).join(', ')}.`);
  return together(
    taken.map((error) => {
      const trouble =
        error.details?.port === HTTPS_PORT
          ? 'port-443-taken'
          : error.code === 'port_forbidden'
            ? 'port-forbidden'
            : 'port-in-use';
      return failedBy(error, { trouble });
    }),
  );
}

async function judgeHeld(places: readonly ListenPlace[], running: RunningServer): Promise<Outcome> {
  const ours = [running.pid, running.media.status().pid];
  const outcomes = await Promise.all(
    places.map(async (place) => {
      const holder = await portHolder(place.port, place.protocol);
      if (holder !== undefined && ours.includes(holder.pid)) return ok(nameOf(place));
      const seen = holder === undefined ? 'nothing listens' : `${holder.name} (pid ${holder.pid}) listens`;
      return failed(`${nameOf(place)}: ${seen}, instead of us.`, {
        fix: holder
          ? `Stop ${holder.name} (pid ${holder.pid}), or set ${place.portKey} to a free port; then restart didar.`
          : 'Restart didar; its log says what happened.',
        key: place.portKey,
        trouble: 'port-in-use',
      });
    }),
  );
  const worst = together(outcomes);
  return worst.state === 'ok' ? ok(`Listening: ${places.map(nameOf).join(', ')}.`) : worst;
}

function nameOf({ port, protocol = 'tcp', portKey }: ListenPlace): string {
  return `${port}/${protocol} (${portKey})`;
}
