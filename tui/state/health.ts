import type { Clock } from '../../src/lib/clock.ts';
import type { Finding } from '../../src/modules/doctor/model.ts';
import type { NetworkHealth } from '../../src/modules/network/model.ts';
import type { Usage } from '../../src/modules/usage/model.ts';
import type { Api } from '../api/client.ts';
import { ApiError, textOf } from '../api/error.ts';
import { type Collection, createCollection } from './collection.ts';

/** The server measures every ten seconds too. */
const REFRESH_MS = 10_000;

export type Diagnosis =
  | { readonly state: 'never' }
  | { readonly state: 'running' }
  | { readonly state: 'done'; readonly at: number }
  | { readonly state: 'failed'; readonly reason: string };

/** What the server uses and carries; undefined where its version doesn't tell. */
export interface Measurements {
  readonly usage: Usage | undefined;
  readonly network: NetworkHealth | undefined;
}

/** What is asked for only while somebody looks at it. */
export interface Health {
  /** Undefined until it was read, and with a server that doesn't tell. */
  readonly network: NetworkHealth | undefined;
  /** Undefined until they were read. */
  readonly measurements: Measurements | undefined;
  readonly findings: Collection<Finding>;
  readonly diagnosis: Diagnosis;
  /** Reads the network's health now and every ten seconds until the returned function is called. */
  watchNetwork(): () => void;
  /** The same for the measurements, which change together. */
  watchMeasurements(): () => void;
  /** Has the server run its checks. */
  diagnose(): void;
}

export interface HealthOptions {
  readonly api: Api;
  readonly clock: Clock;
  readonly changed: () => void;
}

export function createHealth({ api, clock, changed }: HealthOptions): Health {
  let network: NetworkHealth | undefined;
  let measurements: Measurements | undefined;
  let diagnosis: Diagnosis = { state: 'never' };
  const findings = createCollection<Finding>((finding) => finding.id);

  async function readNetwork(): Promise<void> {
    try {
      network = await api.network();
      changed();
    } catch {
      // What was read before stays; the status line tells when the server is away.
    }
  }

  async function readMeasurements(): Promise<void> {
    try {
      const [usage, read] = await Promise.all([api.usage(), api.network()]);
      network = read;
      measurements = { usage, network };
      changed();
    } catch {
      // As above.
    }
  }

  async function runChecks(): Promise<void> {
    diagnosis = { state: 'running' };
    changed();
    try {
      findings.replace(await api.diagnose());
      diagnosis = { state: 'done', at: clock.now() };
    } catch (error) {
      const unknown = error instanceof ApiError && error.status === 404;
      const reason = unknown ? 'this server has no doctor yet: its version is older' : textOf(error);
      diagnosis = { state: 'failed', reason };
    }
    changed();
  }

  return {
    get network() {
      return network;
    },
    get measurements() {
      return measurements;
    },
    findings,
    get diagnosis() {
      return diagnosis;
    },
    watchNetwork() {
      void readNetwork();
      return clock.every(REFRESH_MS, () => void readNetwork());
    },
    watchMeasurements() {
      void readMeasurements();
      return clock.every(REFRESH_MS, () => void readMeasurements());
    },
    diagnose() {
      if (diagnosis.state !== 'running') void runChecks();
    },
  };
}
