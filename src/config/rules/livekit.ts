import type { Conflict, Rule, RuleFacts } from './rule.ts';

/** An external server can't be guessed. */
export const externalRule: Rule = {
  reads: ['livekit.external', 'livekit.internalHost', 'livekit.host', 'livekit.configPath'],
  check({ config: { livekit }, isGiven }) {
    if (!livekit.external) return [];
    const guess = livekit.host?.replace(/^ws/, 'http') ?? 'https://livekit.example.org';
    const needed: readonly (readonly [string, string])[] = [
      ['livekit.internalHost', `add the URL that this server reaches it by, such as ${guess}`],
      ['livekit.apiKey', "add the key from the external server's own keys"],
      ['livekit.apiSecret', "add the secret from the external server's own keys"],
    ];
    const conflicts: Conflict[] = needed
      .filter(([key]) => !isGiven(key))
      .map(([key, fix]) => ({ key, problem: `${key} is missing, which livekit.external needs`, fix }));
    for (const key of ['livekit.configPath', 'livekit.binary'].filter(isGiven)) {
      const problem = `${key} belongs to a server that didar starts, but livekit.external is on`;
      conflicts.push({ key, problem, fix: `remove ${key}, or livekit.external` });
    }
    return conflicts;
  },
};

/** One half of a key pair is none. With `external` the other rule says so already. */
export const keyPairRule: Rule = {
  reads: ['livekit.external', 'livekit.apiKey', 'livekit.apiSecret'],
  check({ config: { livekit }, isGiven }) {
    if (livekit.external || isGiven('livekit.apiKey') === isGiven('livekit.apiSecret')) return [];
    const [there, missing] = isGiven('livekit.apiKey')
      ? ['livekit.apiKey', 'livekit.apiSecret']
      : ['livekit.apiSecret', 'livekit.apiKey'];
    return [
      {
        key: there,
        problem: `${there} is given without ${missing}`,
        fix: 'give both, or none: they are made once',
      },
    ];
  },
};

/** A static livekit.yaml brings its own keys. */
export const staticConfigRule: Rule = {
  reads: ['livekit.configPath', 'livekit.external'],
  check({ config: { livekit }, isGiven }) {
    if (livekit.configPath === undefined || livekit.external) return [];
    return ['livekit.apiKey', 'livekit.apiSecret'].filter(isGiven).map((key) => ({
      key,
      problem: `${key} is given together with livekit.configPath, which has keys of its own`,
      fix: `remove ${key}: it is taken from ${livekit.configPath}`,
    }));
  },
};

const EMBEDDED_ONLY = [
  'livekit.port',
  'livekit.bind',
  'livekit.nodeIP',
  'livekit.tcpPort',
  'livekit.udpPorts',
  'livekit.turn.enabled',
  'livekit.turn.udpPort',
  'livekit.turn.tlsPort',
  'livekit.turn.relayPorts',
  'livekit.redis',
];

/** Keys that are right but do nothing as things are: worth a line, not worth a stop. */
export function idleKeys({ config: { livekit, server, recording }, isGiven }: RuleFacts): readonly string[] {
  const warnings: string[] = [];
  const reason = livekit.external
    ? 'livekit.external is on'
    : livekit.configPath && 'livekit.configPath is given';
  if (reason) {
    // Egress workers are looked for in the Redis of any livekit-server.
    const isUsed = (key: string) => key === 'livekit.redis' && recording.backend === 'egress';
    const idle = EMBEDDED_ONLY.filter((key) => isGiven(key) && !isUsed(key));
    if (idle.length > 0) warnings.push(`${idle.join(', ')}: no effect, because ${reason}`);
  } else {
    const idle = ['livekit.internalHost', 'livekit.skipTLSVerify'].filter(isGiven);
    if (idle.length > 0) warnings.push(`${idle.join(', ')}: no effect without livekit.external`);
  }
  if (server.tls.mode !== 'off' && livekit.host?.startsWith('ws:')) {
    warnings.push('livekit.host: browsers refuse ws:// from a page served over TLS; use wss://');
  }
  return warnings;
}
