import { join } from 'node:path';
import { parseOtlpHeaders } from '../lib/tracing/otlp-headers.ts';
import type { Config, PortRange } from './config.ts';
import type { Key } from './key.ts';
import { address, cidr, host, origin, port, portRange, url } from './kinds/network.ts';
import { path } from './kinds/path.ts';
import { choice, count, list, onOff, text } from './kinds/plain.ts';
import { duration } from './kinds/time.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Every leaf of `T` as a key of its type, so that the table can neither lack a key nor have one too many. */
type Table<T> = {
  readonly [K in keyof T]-?: [NonNullable<T[K]>] extends [
    string | number | boolean | PortRange | readonly unknown[],
  ]
    ? Key<NonNullable<T[K]>>
    : Table<NonNullable<T[K]>>;
};

type SecretKeys = {
  readonly auth: { readonly oidc: { readonly clientSecret: Key<string> } };
  readonly livekit: { readonly apiKey: Key<string>; readonly apiSecret: Key<string> };
  readonly recording: {
    readonly s3: { readonly accessKeyId: Key<string>; readonly secretAccessKey: Key<string> };
  };
  readonly telemetry: { readonly otlpHeaders: Key<string> };
};

/** The one table. The order is that of the docs and of `didar config show`. */
export const KEYS: Table<Config> & SecretKeys = {
  server: {
    host: {
      kind: host,
      shownDefault: 'detected address',
      flag: 'host',
      doc: 'Public name or address; also the name of the certificate and of TURN.',
    },
    port: {
      kind: port,
      default: ({ tlsOn }) => (tlsOn ? 443 : 8090),
      shownDefault: '8090; 443 with TLS',
      flag: 'port',
      doc: 'API, page and signalling, and TURN/TLS when TLS is on.',
    },
    bind: { kind: address, default: '0.0.0.0', flag: 'bind', doc: 'Address to listen on.' },
    trustedProxies: {
      kind: list(cidr),
      default: [],
      doc: 'Proxies in front whose X-Forwarded-For counts.',
    },
    corsOrigins: {
      kind: list(origin),
      default: [],
      doc: 'Other origins whose pages may use the API, as `https://app.example.org`; none otherwise.',
    },
    drainLimit: {
      kind: duration(0, DAY_MS),
      default: MINUTE_MS,
      doc: 'How long a stop waits for people to leave; for those who vanished, 10 seconds.',
    },
    tls: {
      mode: {
        kind: choice(['off', 'files', 'acme', 'self-signed']),
        default: 'off',
        flag: 'tls',
        doc: 'Where the certificate comes from.',
      },
      cert: { kind: path, doc: 'Certificate chain (PEM), for mode `files`.' },
      key: { kind: path, doc: 'Private key (PEM), for mode `files`.' },
      email: {
        kind: text('an e-mail address', 'email', {
          matches: (value) => /^[^@\s]+@[^@\s]+$/.test(value),
          fix: 'write it like admin@example.org',
        }),
        doc: 'Contact for the certificate authority, for mode `acme`.',
      },
      acmeDirectory: {
        kind: url('https'),
        shownDefault: "Let's Encrypt",
        doc: 'Directory of another certificate authority, for mode `acme`.',
      },
    },
  },
  data: {
    kind: path,
    default: ({ dataDir }) => dataDir,
    shownDefault: '`/var/lib/didar` as root, else `~/.local/share/didar`',
    flag: 'data',
    doc: 'Directory of the database, secrets, recordings and the unpacked media server.',
  },
  livekit: {
    external: {
      kind: onOff,
      default: false,
      doc: 'Use a LiveKit server elsewhere and start none (`embedded: false` says the same).',
    },
    host: { kind: url('wss', 'ws'), shownDefault: 'derived', doc: 'The URL clients connect to.' },
    internalHost: {
      kind: url('https', 'http'),
      shownDefault: 'derived',
      doc: "The external server's URL for this server.",
    },
    apiKey: {
      kind: text('the name of an API key', 'key'),
      shownDefault: 'generated, kept',
      secret: true,
      doc: "LiveKit's API key; required when external.",
    },
    apiSecret: {
      kind: text('a secret of 32 characters or more', 'secret', {
        matches: (value) => value.length >= 32,
        fix: 'make one with: openssl rand -base64 32',
      }),
      shownDefault: 'generated, kept',
      secret: true,
      doc: 'Its secret, 32 characters or more; required when external.',
    },
    skipTLSVerify: {
      kind: onOff,
      default: false,
      doc: 'Accept any certificate of the external server.',
    },
    port: { kind: port, default: 7880, doc: 'Signalling and API of the media server.' },
    bind: {
      kind: address,
      default: '127.0.0.1',
      doc: 'Its address; `0.0.0.0` lets clients reach it directly.',
    },
    nodeIP: {
      kind: address,
      shownDefault: 'address of `server.host`, else the outbound one',
      doc: 'Address that media candidates announce.',
    },
    tcpPort: { kind: port, default: 7881, doc: 'Media over TCP.' },
    udpPorts: {
      kind: portRange,
      default: { from: 50_000, to: 60_000 },
      doc: 'Media over UDP; a single port carries everyone (mux).',
    },
    turn: {
      enabled: { kind: onOff, default: true, doc: 'Relay for clients behind firewalls.' },
      udpPort: { kind: port, default: 3478, doc: 'TURN over UDP.' },
      tlsPort: { kind: port, default: 5349, doc: 'TURN over TLS, besides `server.port`, with TLS on.' },
      relayPorts: {
        kind: portRange,
        default: { from: 30_000, to: 40_000 },
        doc: 'UDP ports of the relay.',
      },
    },
    configPath: {
      kind: path,
      alsoEnv: 'LIVEKIT_CONFIG_PATH',
      doc: 'A livekit.yaml of your own, used as it is instead of the generated one.',
    },
    binary: { kind: path, shownDefault: 'bundled', doc: 'Another livekit-server, 1.11 or newer.' },
    redis: {
      kind: text('`host:port` or a `redis://` URL', 'url', {
        matches: (value) => /^[^\s/:@]+:\d{1,5}$/.test(value) || /^rediss?:\/\/[^\s/]+(\/\d+)?$/.test(value),
        fix: 'write it like 127.0.0.1:6379 or redis://user:password@name:6379/0',
      }),
      doc: 'Redis of the LiveKit cluster to join.',
    },
  },
  rooms: {
    emptyTimeout: {
      kind: duration(SECOND_MS, DAY_MS),
      default: 300 * SECOND_MS,
      doc: 'How long a room that nobody has joined stays.',
    },
    departureTimeout: {
      kind: duration(SECOND_MS, DAY_MS),
      default: 20 * SECOND_MS,
      doc: 'How long a room stays after the last one left.',
    },
    maxParticipants: { kind: count(1, 100_000), default: 100, doc: 'Participants in a room.' },
  },
  auth: {
    registration: {
      kind: choice(['closed', 'invite', 'open']),
      default: 'closed',
      doc: 'Who may make an account.',
    },
    guests: {
      kind: onOff,
      default: true,
      doc: 'Whether people without an account may join: public rooms, and others by invitation.',
    },
    accessTtl: {
      kind: duration(SECOND_MS, DAY_MS),
      default: 15 * MINUTE_MS,
      doc: 'Life of an access token.',
    },
    refreshTtl: {
      kind: duration(SECOND_MS, 3650 * DAY_MS),
      default: 30 * DAY_MS,
      doc: 'Life of a login that is not used.',
    },
    joinTtl: {
      kind: duration(SECOND_MS, DAY_MS),
      default: 10 * MINUTE_MS,
      doc: 'How long a join token may wait for its use.',
    },
    oidc: {
      issuer: {
        kind: url('http', 'https'),
        doc: 'Issuer of the OpenID provider by which people may sign in.',
      },
      clientId: { kind: text('a client id', 'id'), doc: 'What this server is called at the provider.' },
      clientSecret: {
        kind: text('the secret of the client', 'secret'),
        secret: true,
        doc: 'Its secret; none for a public client.',
      },
      scopes: {
        kind: list(text('a scope', 'scope')),
        default: ['openid', 'email', 'profile'],
        doc: 'What is asked of the provider.',
      },
      name: {
        kind: text('a name', 'name'),
        default: 'single sign-on',
        doc: 'What people know the provider as: "Sign in with …".',
      },
      allowedDomains: {
        kind: list(host),
        default: [],
        shownDefault: 'any',
        doc: 'Domains of verified emails that may sign in.',
      },
      createUsers: {
        kind: onOff,
        default: true,
        doc: 'Whether who has no account gets one at the first sign-in.',
      },
      adminClaim: {
        kind: text('a claim and its value', 'claim=value', {
          matches: (value) => /^[^=]+=.+$/.test(value),
          fix: 'write it like groups=didar-admins or realm_access.roles=admin',
        }),
        doc: 'Claim that makes admins; then each sign-in decides anew who is one.',
      },
    },
  },
  recording: {
    backend: {
      kind: choice(['builtin', 'egress']),
      default: 'builtin',
      doc: "The built-in recorder, or LiveKit's egress.",
    },
    dir: {
      kind: path,
      default: ({ dataDir }) => join(dataDir, 'recordings'),
      shownDefault: '`recordings` in the data directory',
      doc: 'Where recordings go.',
    },
    retention: {
      kind: duration(HOUR_MS, 36_500 * DAY_MS, 'keep'),
      shownDefault: '`keep`',
      doc: 'Age at which recordings are deleted.',
    },
    maxDuration: {
      kind: duration(MINUTE_MS, 7 * DAY_MS),
      default: 12 * HOUR_MS,
      doc: 'Longest recording.',
    },
    consent: {
      kind: onOff,
      default: false,
      doc: 'Ask people to agree to be recorded before they join, in every room.',
    },
    layout: {
      kind: choice(['grid', 'speaker', 'audio']),
      default: 'grid',
      doc: 'Composed file: everyone in a grid, who speaks large, or sound alone; a shared screen is large in both.',
    },
    width: { kind: count(160, 3840), default: 1280, doc: 'Its width in pixels.' },
    height: { kind: count(120, 2160), default: 720, doc: 'Its height.' },
    keepTracks: {
      kind: onOff,
      default: true,
      doc: "Keep everyone's own tracks beside the composed file.",
    },
    egress: {
      dir: {
        kind: path,
        doc: 'For `egress`: what `recording.dir` is called on the workers, where both share a volume.',
      },
      workerUploads: {
        kind: onOff,
        default: false,
        doc: "For `egress`: the workers' own configuration uploads files, to URLs that are fetched from here.",
      },
    },
    s3: {
      bucket: {
        kind: text('the name of a bucket', 'bucket', {
          matches: (value) => /^[a-z0-9A-Z][\w.-]{1,61}[a-z0-9A-Z]$/.test(value),
          fix: 'write the bare name, such as meetings, without s3:// or a path',
        }),
        doc: 'Bucket that finished recordings go to; without one they stay in `recording.dir`.',
      },
      endpoint: {
        kind: url('https', 'http'),
        shownDefault: "Amazon's, of the region",
        doc: 'URL of another S3 service: MinIO, Ceph, Garage, R2.',
      },
      region: {
        kind: text('a region such as `eu-central-1`', 'region', {
          matches: (value) => /^[a-z0-9-]+$/.test(value),
          fix: 'write it like eu-central-1; most other services take us-east-1',
        }),
        default: 'us-east-1',
        doc: 'Region of the bucket.',
      },
      prefix: {
        kind: text('a prefix such as `didar/`', 'prefix', {
          matches: (value) => /^[\w.-]+(\/[\w.-]+)*\/?$/.test(value),
          fix: 'write it like didar/ or meetings/2026, of letters, digits, dots and dashes, with no / in front',
        }),
        doc: 'What the names of all objects begin with, so that a bucket can be shared.',
      },
      accessKeyId: {
        kind: text('an access key', 'key'),
        secret: true,
        doc: 'Access key for the bucket.',
      },
      secretAccessKey: {
        kind: text('its secret', 'secret'),
        secret: true,
        doc: 'Its secret.',
      },
      forcePathStyle: {
        kind: onOff,
        shownDefault: 'on with an endpoint',
        doc: 'Bucket in the path of the URL instead of in the host name.',
      },
      downloads: {
        kind: choice(['proxy', 'presigned']),
        default: 'proxy',
        doc: 'Through this server (`proxy`), or by links to the bucket (`presigned`).',
      },
    },
  },
  backup: {
    every: {
      kind: duration(HOUR_MS, 28 * DAY_MS, 'never'),
      shownDefault: '`never`',
      doc: 'How often a backup is made by itself.',
    },
    dir: {
      kind: path,
      default: ({ dataDir }) => join(dataDir, 'backups'),
      shownDefault: '`backups` in the data directory',
      doc: 'Where those go; better a disk of its own.',
    },
    keep: { kind: count(1, 10_000), default: 7, doc: 'How many of them stay.' },
    recordings: { kind: onOff, default: false, doc: 'Whether recordings are in them.' },
    recipients: {
      kind: list(
        text('a public key of age', 'age1…', {
          matches: (value) => /^age1[a-z0-9]{20,}$/.test(value),
          fix: 'write the public key that age-keygen prints, which begins with age1',
        }),
      ),
      default: [],
      shownDefault: 'not encrypted',
      doc: 'Public keys (age) that they are encrypted for.',
    },
    toBucket: {
      kind: onOff,
      default: false,
      doc: 'Whether they go to the bucket of `recording.s3` too, below `backups/`.',
    },
  },
  events: {
    retention: {
      kind: duration(HOUR_MS, 36_500 * DAY_MS, 'keep'),
      default: 90 * DAY_MS,
      doc: 'Age at which events, the audit among them, are deleted; or `keep`.',
    },
  },
  webhooks: {
    allowedNetworks: {
      kind: list(cidr),
      default: [],
      doc: 'Networks besides the public internet that webhooks may go to, as `10.0.0.0/8`; none otherwise.',
    },
  },
  telemetry: {
    otlpEndpoint: {
      kind: url('https', 'http'),
      shownDefault: 'off',
      doc: 'Base URL of an OpenTelemetry collector that takes traces by OTLP/HTTP, as `http://127.0.0.1:4318`.',
    },
    otlpHeaders: {
      kind: text('headers such as `authorization=Bearer%20abc`', 'name=value,…', {
        matches: (value) => parseOtlpHeaders(value) !== undefined,
        fix: 'write name=value, several with commas between, and a space in a value as %20',
      }),
      secret: true,
      alsoEnv: 'OTEL_EXPORTER_OTLP_HEADERS',
      doc: 'What it is sent with each request, as `authorization=Bearer%20abc`: its key.',
    },
    samplePercent: {
      kind: count(1, 100),
      default: 100,
      doc: 'How many of a hundred traces are kept; who sends `traceparent` decides for its own.',
    },
  },
  log: {
    level: {
      kind: choice(['debug', 'info', 'warn', 'error']),
      default: 'info',
      flag: 'log-level',
      doc: 'Least important message that is logged.',
    },
    format: {
      kind: choice(['auto', 'json', 'pretty']),
      default: 'auto',
      flag: 'log-format',
      doc: '`auto`: pretty on a terminal, JSON otherwise.',
    },
  },
};
