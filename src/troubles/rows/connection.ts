import type { Trouble } from '../trouble.ts';

/** Between Didar, livekit-server, Redis and the clients: names, certificates, tokens, webhooks. */
export const CONNECTION_TROUBLES: readonly Trouble[] = [
  {
    id: 'redis',
    signatures: [
      /unable to connect to redis: (.{1,160})/,
      /redis: connection pool: failed to dial.{0,40}: (.{1,120})/,
      /\b(WRONGPASS.{0,80}|NOAUTH.{0,80})/,
    ],
    title: 'Redis cannot be reached',
    cause: 'livekit-server tried and got: $1.',
    fix: 'Check address, password and network in livekit.redis ("redis-cli -u URL ping"); a single server needs no Redis: remove the key.',
    key: 'livekit.redis',
  },
  {
    id: 'webhook-failed',
    signatures: [
      /failed to send webhook.{0,400}"error":"(.{1,200}?)"/,
      /failed to send webhook/,
      /never marked inactive|webhooks? (?:is |are )?(?:blocked|refused)/i,
    ],
    title: 'Webhooks do not get through',
    cause:
      'livekit-server cannot reach the webhook URL, or was refused: people seem to stay after they left.',
    fix: "Check that the URL in livekit's webhook.urls reaches this Didar and that api_key is our livekit.apiKey; livekit_webhook_dispatch_total in /metrics counts the failures.",
    key: 'livekit.configPath',
  },
  {
    id: 'webhook-missing',
    signatures: [
      /stay(?:s|ed)? "?active"? after they left|participants? (?:never|not) removed|ghost participants?/i,
    ],
    title: 'People stay "active" after they left',
    cause: 'An external livekit-server has no webhook to this Didar.',
    fix: 'Add to its livekit.yaml:  webhook: { urls: [http://DIDAR/api/livekit/webhook], api_key: OUR_KEY }  ("didar doctor" prints it with the right values).',
    key: 'livekit.external',
  },
  {
    id: 'self-signed',
    signatures: [
      /self[- ]signed certificate|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_VERIFY_LEAF_SIGNATURE|certificate signed by unknown authority/i,
    ],
    title: 'A self-signed certificate is refused',
    cause: "The server's certificate is signed by nobody that this machine trusts.",
    fix: "Trust its CA (NODE_EXTRA_CA_CERTS, or the system's store), or set livekit.skipTLSVerify: true for an external server in a trusted network.",
    key: 'livekit.skipTLSVerify',
  },
  {
    id: 'certificate-name',
    signatures: [
      /ERR_TLS_CERT_ALTNAME_INVALID|certificate is (?:not )?valid for .{1,80}, not|does not match certificate's altnames/i,
    ],
    title: 'The certificate is for another name',
    cause: 'The name in the URL is not among those of the certificate.',
    fix: 'Set server.host to the name that clients use and get a certificate for it.',
    key: 'server.host',
  },
  {
    id: 'certificate-expired',
    signatures: [/CERT_HAS_EXPIRED|certificate has expired|x509: certificate has expired/i],
    title: 'The certificate has expired',
    cause:
      'It was not renewed; or the clock of this machine is wrong. livekit-server itself never reloads a TURN certificate.',
    fix: 'Renew it (server.tls.mode: acme does so by itself); check "timedatectl". Behind Didar\'s front no restart is needed.',
    key: 'server.tls.mode',
  },
  {
    id: 'token-expired',
    signatures: [/token is expired \(exp\)|token (?:has |is )?expired|validation failed, token is expired/i],
    title: 'The join token expired before the client connected',
    cause:
      'It lives auth.joinTtl (10 minutes) only; or the clocks of client, Didar and livekit-server differ.',
    fix: 'Get a fresh token for each attempt (POST /api/room/join); measure the clock with "timedatectl".',
    key: 'auth.joinTtl',
  },
  {
    id: 'clock-skew',
    signatures: [/token not valid yet|issued in the future|clock (?:is )?not synchroni[sz]ed/i],
    title: 'The clocks differ',
    cause: 'A token from the future: the machine that signs and the one that checks disagree about the time.',
    fix: 'Synchronise both: "timedatectl set-ntp true".',
  },
  {
    id: 'api-key-unknown',
    signatures: [/invalid API key/, /invalid token: .{0,2000}error: .*(?:cryptographic primitive|signature)/],
    title: 'livekit-server does not know our API key',
    cause: 'livekit.apiKey or livekit.apiSecret is not what that server has under keys:.',
    fix: "Set both to a pair of that server's keys:. With the bundled server leave them out.",
    key: 'livekit.apiKey',
  },
  {
    id: 'livekit-refused',
    signatures: [
      /(?:connect(?:ion)? ?refused|ECONNREFUSED).{0,80}:7880\b/i,
      /:7880\b.{0,80}(?:connect(?:ion)? ?refused|ECONNREFUSED)/i,
    ],
    title: 'Nothing answers on port 7880',
    cause: 'livekit-server is not running: it died at its start, or was never started.',
    fix: '"didar explain" on its last lines (Events view, or "journalctl -u didar") names why.',
    key: 'livekit.port',
  },
  {
    id: 'livekit-disconnected',
    signatures: [/LiveKit disconnected|livekit_unreachable|media server is down/i],
    title: 'LiveKit is disconnected',
    cause:
      'Didar cannot reach livekit-server: livekit.internalHost is wrong, a firewall is between, or the server is down.',
    fix: '"didar doctor" tries DNS, TCP, TLS and HTTP in that order and says which one fails.',
    key: 'livekit.internalHost',
  },
  {
    id: 'client-timeout',
    signatures: [
      /could not establish signal connection|(?:connection|signal|engine).{0,30}tim(?:ed|e) ?out|ConnectionError.*timeout/i,
    ],
    title: 'Token made, but the connection times out',
    cause:
      'The client cannot reach the URL that it was given: livekit.host or server.host resolves to another place, or a firewall drops it.',
    fix: 'From the client\'s network: "didar probe URL" names the first step that fails.',
    key: 'livekit.host',
  },
];
