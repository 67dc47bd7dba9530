import { type Check, ok, skipped, warning } from '../../check.ts';
import { isForThisMachineOnly, modeOf, THIS_MACHINE_ONLY } from '../../subject.ts';

const KEY = 'server.tls.mode';

/** Row 17: what is lost without TLS, behind a proxy or without TURN. */
export const tlsCheck: Check = {
  id: 'network.tls',
  title: 'HTTPS and TURN/TLS are on',
  run(subject) {
    const { server, livekit } = subject.config;
    if (isForThisMachineOnly(subject)) return skipped(THIS_MACHINE_ONLY);
    if (server.tls.mode === 'off' && server.trustedProxies.length > 0) {
      return warning(
        'Behind a reverse proxy with server.tls.mode off: TURN over UDP and ICE over TCP work, TURN/TLS is lost. People whose network lets out nothing but TCP 443 get no media.',
        {
          fix: 'Give port 443 to Didar itself, with server.tls.mode acme or files, and put the other sites behind it or on another address.',
          key: KEY,
          trouble: 'behind-firewall',
        },
      );
    }
    if (server.tls.mode === 'off') {
      return warning(
        'server.tls.mode is off: browsers give camera and microphone to pages over HTTPS only, and there is no TURN/TLS for people behind strict firewalls.',
        {
          fix: 'Set server.host to the public name and server.tls.mode to acme; or put a reverse proxy in front and name it in server.trustedProxies.',
          key: KEY,
          trouble: 'behind-firewall',
        },
      );
    }
    if (modeOf(subject) === 'embedded' && !livekit.turn.enabled) {
      return warning('TURN is off: people whose network lets out nothing but TCP 443 get no media.', {
        fix: 'Set livekit.turn.enabled: true.',
        key: 'livekit.turn.enabled',
        trouble: 'behind-firewall',
      });
    }
    if (modeOf(subject) === 'embedded' && subject.running && subject.running.turnTls === undefined) {
      return warning(
        `There is no TURN over TLS: livekit takes a full name or an IPv4 address for it, and ${server.host ?? subject.addresses.nodeIP} is neither.`,
        { trouble: 'turn-domain', fix: 'Set server.host to a full name, such as meet.example.org.' },
      );
    }
    return ok(`server.tls.mode is ${server.tls.mode}, port ${server.port}.`);
  },
};
