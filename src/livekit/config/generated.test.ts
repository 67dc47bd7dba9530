import { describe, expect, test } from 'bun:test';
import { load } from 'js-yaml';
import { type GeneratedConfigInput, generateLiveKitConfig } from './generated.ts';

const INPUT: GeneratedConfigInput = {
  livekit: {
    port: 7880,
    bind: '127.0.0.1',
    tcpPort: 7881,
    udpPorts: { from: 50_000, to: 60_000 },
    turn: { enabled: true, udpPort: 3478, tlsPort: 5349, relayPorts: { from: 30_000, to: 40_000 } },
  },
  rooms: { emptyTimeout: 300_000, departureTimeout: 20_000, maxParticipants: 100 },
  secrets: { livekitApiKey: 'APIkey', livekitApiSecret: 's'.repeat(43) },
  version: '1.13.5',
  nodeIP: '203.0.113.1',
  webhookUrl: 'http://127.0.0.1:4000/api/livekit/webhook',
  prometheusPort: 6789,
};

function generate(changes: Partial<GeneratedConfigInput> = {}): Record<string, Record<string, unknown>> {
  return load(generateLiveKitConfig({ ...INPUT, ...changes }).yaml) as Record<
    string,
    Record<string, unknown>
  >;
}

function generateWith(livekit: Partial<GeneratedConfigInput['livekit']>) {
  return generate({ livekit: { ...INPUT.livekit, ...livekit } });
}

describe('ports and addresses', () => {
  test('one UDP port becomes the mux, a range stays a range', () => {
    expect(generateWith({ udpPorts: { from: 7882, to: 7882 } }).rtc).toMatchObject({ udp_port: 7882 });
    expect(generateWith({ udpPorts: { from: 7882, to: 7882 } }).rtc).not.toHaveProperty('port_range_start');
    expect(generate().rtc).toMatchObject({ port_range_start: 50_000, port_range_end: 60_000 });
  });

  test('the node address is the one we found, never one that livekit asks the internet for', () => {
    expect(generate().rtc).toMatchObject({ use_external_ip: false, node_ip: '203.0.113.1' });
    expect(generate({ nodeIPv6: '2001:db8::1' }).rtc).toMatchObject({ node_ip: '203.0.113.1,2001:db8::1' });
  });

  test('loopback is served whatever the bind, for our own proxy and checks', () => {
    const bound = (bind: string) => generateWith({ bind }).bind_addresses as unknown;
    expect(bound('127.0.0.1')).toEqual(['127.0.0.1']);
    expect(bound('0.0.0.0')).toEqual(['0.0.0.0']);
    expect(bound('192.0.2.7')).toEqual(['192.0.2.7', '127.0.0.1']);
  });

  test('container and tunnel interfaces are left out of the candidates', () => {
    expect(generate({ excludedInterfaces: ['docker0'] }).rtc).toMatchObject({
      interfaces: { excludes: ['docker0'] },
    });
  });

  test('candidates are made of the addresses that packets come to', () => {
    expect(generate().rtc).not.toHaveProperty('ips');
    expect(generate({ offeredNetworks: ['203.0.113.1/32', '::/0'] }).rtc).toMatchObject({
      ips: { includes: ['203.0.113.1/32', '::/0'] },
    });
  });
});

describe('turn', () => {
  test('UDP is always there, TLS only behind the front', () => {
    expect(generate().turn).toMatchObject({ enabled: true, udp_port: 3478 });
    expect(generate().turn).not.toHaveProperty('tls_port');
    expect(generate({ turnTls: { domain: 'meet.example.org', port: 15_349 } }).turn).toMatchObject({
      domain: 'meet.example.org',
      tls_port: 15_349,
      external_tls: true,
    });
  });

  test('a client that loses UDP goes straight to TURN/TLS, where there is TURN/TLS', () => {
    expect(generate({ turnTls: { domain: 'm.example.org', port: 1 } }).rtc).toHaveProperty(
      'tcp_fallback_rtt_threshold',
    );
    expect(generate().rtc).not.toHaveProperty('tcp_fallback_rtt_threshold');
  });

  test('relaying to private addresses stays refused, but for the node itself where it has one', () => {
    expect(generate().turn).not.toHaveProperty('allow_restricted_peer_cidrs');
    expect(generate({ nodeIP: '10.1.2.3', nodeIPv6: 'fd00::5' }).turn).toMatchObject({
      allow_restricted_peer_cidrs: ['10.1.2.3/32', 'fd00::5/128'],
    });
  });

  test('no client is sent to the STUN servers of other companies', () => {
    expect(generate().rtc?.stun_servers).toEqual([]);
    const turn = { ...INPUT.livekit.turn, enabled: false };
    expect(generateWith({ turn }).rtc?.stun_servers).toEqual(['203.0.113.1:3478']);
    expect(generateWith({ turn }).turn).toEqual({ enabled: false });
  });
});

test('only keys that the version knows are written', () => {
  const tls = { nodeIP: '10.0.0.1', turnTls: { domain: 'm.example.org', port: 1 } };
  const old = generate({ ...tls, version: '1.11.0' });
  expect(old.turn).not.toHaveProperty('allow_restricted_peer_cidrs');
  expect(old.rtc).not.toHaveProperty('tcp_fallback_rtt_threshold');
  expect(generate({ ...tls, version: '1.12.3' }).turn).toHaveProperty('allow_restricted_peer_cidrs');
});

test('webhooks are signed with our key, logs are JSON, and durations are seconds', () => {
  const config = generate();
  expect(config.webhook).toEqual({ urls: [INPUT.webhookUrl], api_key: 'APIkey' });
  expect(config.logging).toEqual({ json: true, level: 'info' });
  expect(config.room).toMatchObject({ empty_timeout: 300, departure_timeout: 20, max_participants: 100 });
});

test('a Redis URL becomes address, login and database', () => {
  expect(generateWith({ redis: 'rediss://me:p%40ss@redis.internal/2' }).redis).toEqual({
    address: 'redis.internal:6379',
    username: 'me',
    password: 'p@ss',
    db: 2,
    use_tls: true,
  });
});
