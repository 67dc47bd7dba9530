/**
 * The configuration after file, environment and flags were put together and validated: every value present,
 * durations in milliseconds, port ranges as pairs. Secrets are in `Secrets`, not here, so that a config can be shown.
 */
export interface Config {
  readonly server: ServerConfig;
  /** Absolute path of the data directory. */
  readonly data: string;
  readonly livekit: LiveKitConfig;
  readonly rooms: RoomDefaults;
  readonly auth: AuthConfig;
  readonly recording: RecordingConfig;
  readonly backup: BackupConfig;
  readonly events: EventsConfig;
  readonly webhooks: WebhooksConfig;
  readonly telemetry: TelemetryConfig;
  readonly log: LogConfig;
}

/** Backups that are made by themselves. */
export interface BackupConfig {
  /** Milliseconds; undefined: none are. */
  readonly every?: number;
  /** Absolute path. */
  readonly dir: string;
  /** How many of them stay. */
  readonly keep: number;
  readonly recordings: boolean;
  /** Public keys (age) that they are encrypted for; none: they are not encrypted. */
  readonly recipients: readonly string[];
  /** Whether they go to the bucket of the recordings too. */
  readonly toBucket: boolean;
}

export interface EventsConfig {
  /** Milliseconds; undefined keeps events for ever. */
  readonly retention?: number;
}

export interface WebhooksConfig {
  /** Networks besides the public internet that webhooks may go to, as addresses or CIDRs. */
  readonly allowedNetworks: readonly string[];
}

export interface TelemetryConfig {
  /** Base URL of an OpenTelemetry collector; undefined sends no traces. */
  readonly otlpEndpoint?: string;
  /** Of a hundred traces that begin here, so many are kept. */
  readonly samplePercent: number;
}

export interface LogConfig {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  /** `auto`: pretty on a terminal, JSON otherwise. */
  readonly format: 'auto' | 'json' | 'pretty';
}

export interface ServerConfig {
  /** Public name or address; undefined means: the detected address. */
  readonly host?: string;
  readonly port: number;
  readonly bind: string;
  /** Addresses or CIDRs of proxies whose X-Forwarded-For counts. */
  readonly trustedProxies: readonly string[];
  /** Origins whose pages may use the API. */
  readonly corsOrigins: readonly string[];
  readonly drainLimit: number;
  readonly tls: TlsConfig;
}

export interface TlsConfig {
  readonly mode: 'off' | 'files' | 'acme' | 'self-signed';
  readonly cert?: string;
  readonly key?: string;
  readonly email?: string;
  readonly acmeDirectory?: string;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

export interface LiveKitConfig {
  readonly external: boolean;
  /** The clients' ws(s):// URL when given. */
  readonly host?: string;
  /** The server-to-server http(s):// URL; required when external. */
  readonly internalHost?: string;
  readonly skipTLSVerify: boolean;
  readonly port: number;
  readonly bind: string;
  readonly nodeIP?: string;
  readonly tcpPort: number;
  /** One port (`from === to`) means the UDP mux. */
  readonly udpPorts: PortRange;
  readonly turn: {
    readonly enabled: boolean;
    readonly udpPort: number;
    readonly tlsPort: number;
    readonly relayPorts: PortRange;
  };
  readonly configPath?: string;
  readonly binary?: string;
  readonly redis?: string;
}

export interface RoomDefaults {
  readonly emptyTimeout: number;
  readonly departureTimeout: number;
  readonly maxParticipants: number;
}

export interface AuthConfig {
  readonly registration: 'closed' | 'invite' | 'open';
  /** Whether people without an account may join: public rooms, and others by invitation. */
  readonly guests: boolean;
  readonly accessTtl: number;
  readonly refreshTtl: number;
  readonly joinTtl: number;
  readonly oidc: OidcConfig;
}

/** Signing in at an OpenID provider; with no issuer there is none. */
export interface OidcConfig {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly scopes: readonly string[];
  /** What people know the provider as. */
  readonly name: string;
  /** Of verified emails; empty: any. */
  readonly allowedDomains: readonly string[];
  /** Whether who has no account here gets one. */
  readonly createUsers: boolean;
  /** `groups=admins`: the claim, and the value that makes someone admin. */
  readonly adminClaim?: string;
}

export interface RecordingConfig {
  readonly backend: 'builtin' | 'egress';
  /** Absolute path. */
  readonly dir: string;
  /** Milliseconds; undefined keeps recordings for ever. */
  readonly retention?: number;
  readonly maxDuration: number;
  /** Everyone is asked to agree to being recorded before they join, whatever their room says. */
  readonly consent: boolean;
  /** Of the composed file, where a recording is not started with another. */
  readonly layout: 'grid' | 'speaker' | 'audio';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Whether the tracks stay when the composed file is there. */
  readonly keepTracks: boolean;
  readonly egress: EgressConfig;
  readonly s3: S3Config;
}

/** How files of egress workers get here, where they don't go to `s3`. */
export interface EgressConfig {
  /** Absolute path of `recording.dir` on the workers, where both share a volume. */
  readonly dir?: string;
  /** The workers' own configuration uploads files, to URLs that can be fetched from here. */
  readonly workerUploads: boolean;
}

/** Where finished recordings go; with no bucket they stay in `recording.dir`. */
export interface S3Config {
  readonly bucket?: string;
  /** Undefined: Amazon's own, of the region. */
  readonly endpoint?: string;
  readonly region: string;
  /** What the keys of all objects begin with, as it was written. */
  readonly prefix?: string;
  /** Undefined: where there is an endpoint. */
  readonly forcePathStyle?: boolean;
  readonly downloads: 'proxy' | 'presigned';
}

/** Read from 0600 files or given in the config; never shown, logged or put into an event. */
export interface Secrets {
  readonly livekitApiKey: string;
  readonly livekitApiSecret: string;
  /** Signs access and guest tokens (HS256), 32 bytes as base64url. */
  readonly tokenKey: string;
  readonly s3?: S3Credentials;
  readonly oidcClientSecret?: string;
}

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The secrets that the configuration holds. */
export interface GivenSecrets {
  readonly apiKey?: string;
  readonly apiSecret?: string;
  readonly s3?: S3Credentials;
  readonly oidcClientSecret?: string;
  /** As `parseOtlpHeaders` takes them. */
  readonly otlpHeaders?: string;
}
