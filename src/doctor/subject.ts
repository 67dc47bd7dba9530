import type { Config } from '../config/config.ts';
import type { DataDir } from '../config/data-dir.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Clock } from '../lib/clock.ts';
import type { ClockJump } from '../lib/clock-watch.ts';
import type { LiveKitApi } from '../livekit/api/livekit-api.ts';
import type { MediaServer } from '../livekit/media-server/media-server.ts';
import type { WebhookArrivals } from '../livekit/webhook/arrivals.ts';
import { reachOf } from '../network/addresses/classify.ts';
import type { AddressFacts, NodeIpDecision } from '../network/addresses/decide.ts';
import type { PortGuard } from '../network/firewall/guard-port.ts';
import type { CertificateStore } from '../network/tls/certificate-store.ts';

/** What is examined. */
export interface Subject {
  readonly config: Config;
  readonly dataDir: DataDir;
  /** As they are now, not as they were at the start. */
  readonly addresses: NodeIpDecision & { readonly facts: AddressFacts };
  /** Why `server.host` has no addresses; undefined when it has, or when there is no such name. */
  readonly nameProblem?: NameProblem;
  /** Reads the configuration as the next start would. */
  readonly reload: () => Promise<LoadedConfig>;
  /** Undefined where no daemon runs: only what doesn't need one is looked at. */
  readonly running?: RunningServer;
  /** The running one's, tested anew for this examination. */
  readonly network?: Promise<NetworkNow>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

/** `unknown`: DNS says that there is no such name. `silent`: no DNS server answered. */
export interface NameProblem {
  readonly kind: 'unknown' | 'silent';
  readonly message: string;
}

/** What only the daemon knows. */
export interface RunningServer {
  readonly pid: number;
  readonly media: MediaServer;
  readonly livekit: LiveKitApi;
  /** What livekit-server announces since its start. */
  readonly nodeIP: string;
  /** Undefined with TLS off. */
  readonly certificates?: CertificateStore;
  /** livekit's plaintext TURN port behind the front, and whether it is closed; undefined without TURN/TLS. */
  readonly turnTls?: { readonly port: number; readonly guard: PortGuard };
  /** Where people reach this server. */
  readonly publicUrl: string;
  /** Of livekit-server; not its secret. */
  readonly apiKey: string;
  /** Where a livekit-server elsewhere would send its webhooks. */
  readonly webhookUrl: string;
  readonly webhookAbout: WebhookArrivals['about'];
  /** Throws when the database cannot be read and written. */
  readonly checkDatabase: () => void;
  /** Throws when the data directory takes no files. */
  readonly checkData: () => void;
  /** How the clock jumped; undefined while it is steady. */
  readonly clockJump: () => ClockJump | undefined;
  /** Every recording with its files, as the database has them. */
  readonly recordingsOnRecord: () => readonly RecordingOnRecord[];
  /** Some rooms that stay open for longer than so many seconds without anybody; their timeouts in seconds. */
  readonly lingeringRooms: (seconds: number) => readonly RoomTimeouts[];
  /** How the backups that are made by themselves are doing, as `GET /api/system/backup` tells it. */
  readonly backupsNow: () => BackupsNow;
  /** Tells what there is to record with by egress; throws what would keep a recording from beginning. */
  readonly checkEgress: () => Promise<string>;
  /** Makes every self-test now, and tells the network's health after that. */
  readonly testNetwork: () => Promise<NetworkNow>;
}

/** What the checks need of the backups; times are RFC 3339. */
export interface BackupsNow {
  readonly state: 'off' | 'ok' | 'failed' | 'overdue';
  readonly dir: string;
  readonly last: { readonly at: string } | null;
  readonly failure: {
    readonly job: string;
    readonly message: string;
    readonly fix?: string | undefined;
  } | null;
  readonly next: string | null;
}

export interface RoomTimeouts {
  readonly name: string;
  readonly emptyTimeout: number;
  readonly departureTimeout: number;
}

/** What the checks need of a recording. */
export interface RecordingOnRecord {
  readonly id: string;
  /** Nothing is stored, composed or sent any more. */
  readonly isOver: boolean;
  readonly files: readonly {
    readonly name: string;
    readonly storage: 'local' | 's3';
    readonly location: string;
    /** Of an upload that is not finished. */
    readonly upload: string | null;
  }[];
}

/** What the checks need of the network's health, as `GET /api/system/network` tells it. */
export interface NetworkNow {
  readonly tests: readonly SelfTestNow[];
  readonly paths: { readonly day: Readonly<Record<string, number>> };
  readonly joins: { readonly ok: number };
  /** Newest first. */
  readonly failures: readonly {
    readonly at: string;
    readonly room: string;
    readonly identity: string;
    readonly reason: string;
    readonly cause: string | null;
    readonly fix: string | null;
  }[];
}

export interface SelfTestNow {
  readonly name: string;
  readonly title: string;
  readonly state: 'ok' | 'failed' | 'untested';
  readonly evidence: string;
  readonly fix: string | null;
  readonly ms: number | null;
}

export type Mode = MediaServer['mode'];

/** Who runs livekit-server, and with whose configuration. */
export function modeOf({ config: { livekit } }: Subject): Mode {
  if (livekit.external) return 'external';
  return livekit.configPath === undefined ? 'embedded' : 'static';
}

/** Whether nobody elsewhere is meant to reach this server: then most of the network's questions don't arise. */
export function isForThisMachineOnly({ config, addresses }: Subject): boolean {
  if (reachOf(addresses.nodeIP) !== 'loopback') return false;
  if (addresses.source === 'loopback') return true;
  const { resolved } = addresses.facts;
  return config.server.host !== undefined && resolved.length > 0 && resolved.every(isLoopback);
}

export const THIS_MACHINE_ONLY =
  'This server is for this machine only: its name and its address are loopback.';

function isLoopback(address: string): boolean {
  return reachOf(address) === 'loopback';
}
