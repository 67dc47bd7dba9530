import { type Static, t } from 'elysia';
import { oneOf, Timestamp } from '../../lib/schema.ts';

/** `untested`: nothing is there to test, or it wasn't tried yet. */
export const TestState = oneOf(['ok', 'failed', 'untested']);

/** One real exchange with a port of ours, made every minute and on demand. */
export const SelfTest = t.Object({
  /** stun-udp, turn-udp, turn-tls, turn-tls-5349, signalling, ice-tcp */
  name: t.String(),
  /** What it stands for, for people: "TURN over TLS, port 443". */
  title: t.String(),
  state: TestState,
  at: t.Nullable(Timestamp),
  /** Milliseconds to the answer. */
  ms: t.Nullable(t.Number()),
  /** What was seen: the reflected address, the relay address, or the error. */
  evidence: t.String(),
  fix: t.Nullable(t.String()),
});
export type SelfTest = Static<typeof SelfTest>;

export const Port = t.Object({
  protocol: oneOf(['tcp', 'udp']),
  port: t.Integer(),
  /** A range has an end; else the same as `port`. */
  to: t.Integer(),
  purpose: t.String(),
  /** The configuration key that sets it. */
  key: t.String(),
  /** Whether something of ours listens; null for a range, whose ports are opened when used. */
  listening: t.Nullable(t.Boolean()),
  /** Must be reachable from outside. */
  public: t.Boolean(),
});
export type Port = Static<typeof Port>;

export const Certificate = t.Object({
  mode: oneOf(['files', 'acme', 'self-signed']),
  subjects: t.Array(t.String()),
  notAfter: Timestamp,
  daysLeft: t.Number(),
  fingerprint: t.String(),
  /** Why the last renewal or reload failed; null when it didn't. */
  problem: t.Nullable(t.String()),
});

/** One sample every ten seconds, oldest first, for the last hour; rates are per second. */
export const Series = t.Object({
  /** Seconds between samples. */
  step: t.Integer(),
  bytesIn: t.Array(t.Number()),
  bytesOut: t.Array(t.Number()),
  packetLossIn: t.Array(t.Number()),
  packetLossOut: t.Array(t.Number()),
  /** Those that got through. */
  joins: t.Array(t.Number()),
  joinsFailed: t.Array(t.Number()),
  participants: t.Array(t.Number()),
});

export const PathCounts = t.Object({
  udp: t.Integer(),
  tcp: t.Integer(),
  'turn-udp': t.Integer(),
  'turn-tls': t.Integer(),
  unknown: t.Integer(),
});

export const FailedConnection = t.Object({
  at: Timestamp,
  room: t.String(),
  identity: t.String(),
  reason: t.String(),
  /** The likely cause and what to do, from the table of known troubles. */
  cause: t.Nullable(t.String()),
  fix: t.Nullable(t.String()),
});

/** What the doctor finds wrong with how the network is set up. */
export const NetworkProblem = t.Object({
  /** Stable, as the doctor calls it: `network.node-ip`. */
  id: t.String(),
  /** What would be well. */
  title: t.String(),
  state: oneOf(['warning', 'failed']),
  evidence: t.String(),
  fix: t.Nullable(t.String()),
  /** The configuration key that it is about. */
  key: t.Nullable(t.String()),
});
export type NetworkProblem = Static<typeof NetworkProblem>;

export const NetworkHealth = t.Object({
  /** When livekit's metrics were read last; null before the first time, or without metrics. */
  measuredAt: t.Nullable(Timestamp),
  node: t.Object({
    ip: t.String(),
    ipv6: t.Nullable(t.String()),
    source: oneOf(['configured', 'host', 'outbound', 'loopback']),
    /** The address is on no interface of this machine. */
    nat: t.Boolean(),
    /** The address that a STUN server sees us come from; null when none was asked. */
    seenAs: t.Nullable(t.String()),
  }),
  joins: t.Object({
    ok: t.Integer(),
    failed: t.Integer(),
    /** 0 to 1; null before the first join. */
    successRate: t.Nullable(t.Number()),
  }),
  /** Of those who are in now, and of all sessions of the last 24 hours. */
  paths: t.Object({ now: PathCounts, day: PathCounts }),
  /** Milliseconds from signalling to media, of the last 24 hours; null without joins. */
  connectMs: t.Object({ p50: t.Nullable(t.Number()), p95: t.Nullable(t.Number()) }),
  quality: t.Object({
    /** Percent. */
    lossIn: t.Nullable(t.Number()),
    lossOut: t.Nullable(t.Number()),
    /** Milliseconds. */
    jitter: t.Nullable(t.Number()),
    rtt: t.Nullable(t.Number()),
    /** Per second. */
    nacks: t.Nullable(t.Number()),
    plis: t.Nullable(t.Number()),
  }),
  series: Series,
  ports: t.Array(Port),
  tests: t.Array(SelfTest),
  certificate: t.Nullable(Certificate),
  /** Failures before warnings; none before the first look. */
  problems: t.Array(NetworkProblem),
  failures: t.Array(FailedConnection),
});
export type NetworkHealth = Static<typeof NetworkHealth>;
