import { connect } from 'node:tls';
import { wait } from '../../../lib/clock.ts';
import { portHolder } from '../../../network/ports/holder.ts';
import { type Check, failed, type Outcome, ok, skipped, warning } from '../../check.ts';
import { staticConfigOf } from '../../livekit-files.ts';
import { isForThisMachineOnly, modeOf, type Subject, THIS_MACHINE_ONLY } from '../../subject.ts';

/** livekit tells its clients `turns:NAME:443`, whatever port is configured. */
const DIALLED_PORT = 443;
const CONNECT_LIMIT_MS = 1_500;

export interface TurnPortOptions {
  /** For tests: who may not open 443. */
  readonly dialledPort?: number;
}

/** Row 17: where clients look for TURN/TLS, it is ours that answers. */
export const turnPortCheck = ({ dialledPort = DIALLED_PORT }: TurnPortOptions = {}): Check => ({
  id: 'network.port-443',
  title: 'TURN/TLS answers where clients dial it',
  async run(subject) {
    const { server, livekit } = subject.config;
    if (modeOf(subject) === 'static') return judgeStatic(subject, dialledPort);
    if (server.tls.mode === 'off' || !livekit.turn.enabled || modeOf(subject) !== 'embedded') {
      return skipped('There is no TURN/TLS: see "HTTPS and TURN/TLS are on".');
    }
    if (server.port === dialledPort) return ok(`Clients dial ${dialledPort}, which is server.port.`);
    if (isForThisMachineOnly(subject)) return skipped(THIS_MACHINE_ONLY);
    const seen = await certificateAt(subject, dialledPort);
    const ours = subject.running?.certificates?.current().fingerprint;
    if (seen !== undefined && seen === ours) return ok(`Port ${dialledPort} is forwarded to ${server.port}.`);
    const holder = await portHolder(dialledPort);
    const fix = `Give ${dialledPort} to Didar (server.port: ${dialledPort}) and put the other server behind it or on another address.`;
    if (holder !== undefined) {
      return failed(
        `${holder.name} (pid ${holder.pid}) holds port ${dialledPort}; clients dial TURN/TLS there, whatever is configured.`,
        { trouble: 'port-443-taken', fix, key: 'server.port' },
      );
    }
    if (seen !== undefined) {
      return failed(`Port ${dialledPort} shows another certificate (${seen}).`, {
        trouble: 'port-443-taken',
        fix,
        key: 'server.port',
      });
    }
    return warning(
      `Nothing answers on ${dialledPort}, where clients dial TURN/TLS; server.port is ${server.port}.`,
      {
        trouble: 'behind-firewall',
        fix: `Set server.port to ${dialledPort}, or forward ${dialledPort} to ${server.port}.`,
        key: 'server.port',
      },
    );
  },
});

/** A livekit-server with the operator's configuration speaks TURN/TLS itself, and the front passes none on to it. */
async function judgeStatic(subject: Subject, dialledPort: number): Promise<Outcome> {
  const { path, turn } = await staticConfigOf(subject);
  const port = turn.enabled ? turn.tlsPort : undefined;
  if (port === undefined) return skipped(`${path} has no TURN/TLS.`);
  if (port === dialledPort) return ok(`Clients dial ${dialledPort}, which is turn.tls_port in ${path}.`);
  const seen = `${path} has TURN/TLS on port ${port}, but clients dial ${dialledPort}, whatever is configured`;
  if (subject.config.server.port !== dialledPort) {
    return skipped(`${seen}: whether that leads there, "didar probe URL" tells.`);
  }
  return warning(`${seen}; and there Didar answers, which passes no TURN on to it.`, {
    fix: `Remove livekit.configPath: with the configuration that Didar writes, ${dialledPort} answers TURN over TLS too. Or give turn.domain an address of its own, with ${dialledPort} forwarded to ${port}.`,
    key: 'livekit.configPath',
    trouble: 'behind-firewall',
  });
}

/** The fingerprint of the certificate that is shown at our public address; undefined where no TLS answers. */
async function certificateAt(
  { config, addresses, clock }: Subject,
  port: number,
): Promise<string | undefined> {
  const answer = Promise.withResolvers<string | undefined>();
  const socket = connect({
    host: addresses.facts.resolved[0] ?? addresses.nodeIP,
    port,
    ...(config.server.host !== undefined && { servername: config.server.host }),
    // Whoever vouches for it: what matters is whether it is ours.
    rejectUnauthorized: false,
  });
  socket.once('secureConnect', () => answer.resolve(socket.getPeerCertificate().fingerprint256));
  socket.once('error', () => answer.resolve(undefined));
  try {
    return await Promise.race([answer.promise, wait(clock, CONNECT_LIMIT_MS).then(() => undefined)]);
  } finally {
    socket.destroy();
  }
}
