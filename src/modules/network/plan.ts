import type { PortRange } from '../../config/config.ts';
import type { CertificateStore } from '../../network/tls/certificate-store.ts';
import type { NetworkHealth } from './model.ts';

/** A port, or a range of them, and the configuration key that sets it. */
export interface PlannedPorts extends PortRange {
  readonly key: string;
}

/** What livekit-server listens on, whoever wrote its configuration. */
export interface MediaPorts {
  readonly tcp: PlannedPorts;
  readonly udp: PlannedPorts;
  readonly turn?: { readonly udp: PlannedPorts; readonly relay: PlannedPorts };
}

/** TLS as the front speaks it. */
export interface TlsPlan {
  /** What clients dial for TURN/TLS: the name, and the port that the front answers besides its own; undefined without. */
  readonly turn: { readonly domain: string; readonly port: number } | undefined;
  /** What clients dial for everything else. */
  readonly host: string;
  readonly certificates: Pick<CertificateStore, 'current' | 'status' | 'caPem'>;
}

/** How this server is meant to be reached: what is tested, listed and compared with what is. */
export interface NetworkPlan {
  readonly node: Omit<NetworkHealth['node'], 'seenAs'>;
  /** Of the front, once it listens. */
  readonly port: () => number;
  /** Undefined with TLS off. */
  readonly tls?: TlsPlan;
  /** Undefined for a livekit-server elsewhere. */
  readonly media?: MediaPorts;
  /** livekit's own signalling port, where clients may reach it past the front. */
  readonly direct?: PlannedPorts;
  /** http(s):// URL under which clients find the signalling. */
  readonly signallingUrl: () => string;
}
