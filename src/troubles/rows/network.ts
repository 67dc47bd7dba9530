import type { Trouble } from '../trouble.ts';

/** Addresses, firewalls, TURN: why people cannot hear one another. */
export const NETWORK_TROUBLES: readonly Trouble[] = [
  {
    id: 'external-ip',
    signatures: [/could not resolve external IP/, /could not determine node ip/i],
    title: 'livekit-server cannot find out its public address',
    cause:
      'use_external_ip asks a STUN server on the internet, and none answered: a container or host without DNS or UDP to the outside.',
    fix: 'Set the address yourself: livekit.nodeIP with Didar; in a livekit.yaml rtc.node_ip, and use_external_ip: false.',
    key: 'livekit.nodeIP',
  },
  {
    id: 'turn-domain',
    signatures: [/TURN domain (?:required|is not correct)/],
    title: 'TURN/TLS has no usable domain',
    cause: 'turn.tls_port is set, but turn.domain is missing or is no name (an IPv6 address is none).',
    fix: 'Set server.host to the public name (in a livekit.yaml: turn.domain), or drop turn.tls_port and keep TURN over UDP.',
    key: 'server.host',
  },
  {
    id: 'turn-certificate',
    signatures: [/TURN tls cert required/],
    title: 'TURN/TLS has no certificate',
    cause: 'turn.tls_port is set without cert_file and key_file, and without external_tls.',
    fix: 'Let Didar terminate TLS (server.tls.mode); in a livekit.yaml give cert_file and key_file, or drop tls_port.',
    key: 'server.tls.mode',
  },
  {
    id: 'turn-ports',
    signatures: [/invalid TURN ports/],
    title: 'TURN is on, but has no port',
    cause: 'turn.enabled is true with neither udp_port nor tls_port.',
    fix: 'Set turn.udp_port: 3478 (with Didar livekit.turn.udpPort).',
    key: 'livekit.turn.udpPort',
  },
  {
    id: 'turn-no-matching-ip',
    signatures: [/no matching node IP for relay/],
    title: 'TURN has no address to relay from',
    cause:
      'turn.bind_addresses is of another family than the node address: an IPv6-only node and the default 0.0.0.0.',
    fix: 'Set livekit.nodeIP to an IPv4 address, or in a livekit.yaml turn.bind_addresses to "::".',
    key: 'livekit.nodeIP',
  },
  {
    id: 'turn-peer-denied',
    signatures: [/permission denied for client \S+ to peer (\S+?)["\s]/, /permission denied .{0,60}to peer/i],
    title: 'TURN refuses to relay to a private address',
    cause:
      "Since 1.12 it relays to private peers only when they are listed; the node's own address is such a peer when it is private.",
    fix: "Add the node address to turn.allow_restricted_peer_cidrs (Didar's generated configuration does), or give the node a public address.",
    key: 'livekit.nodeIP',
  },
  {
    id: 'turn-credential-expired',
    signatures: [/TURN credential expired/],
    title: 'A client came to TURN with an expired credential',
    cause:
      'TURN credentials live five minutes: the client connected late, or turn.ttl_seconds is 0, or the clocks differ.',
    fix: 'Remove turn.ttl_seconds: 0; check the clock with "timedatectl". A single one of these is harmless.',
  },
  {
    id: 'port-443-taken',
    signatures: [/(?:port|:)\s?443\b.{0,80}(?:in use|taken|nginx|apache|caddy|traefik)/i],
    title: 'Another server holds port 443',
    cause:
      'Clients always dial TURN/TLS on 443, whatever is configured; with another web server there it cannot work.',
    fix: 'Give 443 to Didar (server.port: 443) and put the other server behind it or on another address; without that, clients behind strict firewalls fail.',
    key: 'server.port',
  },
  {
    id: 'udp-buffer',
    signatures: [/UDP receive buffer is too small/],
    title: 'The UDP receive buffer is small',
    cause: 'net.core.rmem_max is below 5 MB; under load packets are lost before livekit-server sees them.',
    fix: 'echo net.core.rmem_max=5000000 >/etc/sysctl.d/60-didar.conf && sysctl --system',
  },
  {
    id: 'no-media',
    signatures: [
      /removing participant without connection/,
      /joined?,? (?:but )?no (?:audio|video)/i,
      /could not establish pc connection/i,
      /no audio (?:or|and|\/) video/i,
      /ice (?:connection )?(?:failed|timed? ?out)/i,
    ],
    title: 'Joined, but no audio or video',
    cause:
      'Signalling works, media does not get through: the UDP range is closed, or the node announces an address that clients cannot reach.',
    fix: 'Open UDP 50000-60000 and 3478, TCP 7881 (and 443 with TLS); check livekit.nodeIP. "didar probe URL" from outside proves each path.',
    key: 'livekit.udpPorts',
  },
  {
    id: 'media-broke-off',
    signatures: [/short ice connection/],
    title: 'Media flowed, and broke off soon',
    cause:
      'It came through and stopped within 90 seconds: a firewall or NAT on the way cuts UDP flows off, or the client lost or changed its network.',
    fix: 'Turn TLS on (server.tls.mode): clients then fall back to TURN/TLS on 443. "didar probe URL" from that network shows which paths hold.',
    key: 'server.tls.mode',
  },
  {
    id: 'behind-firewall',
    signatures: [
      /clients? behind (?:a )?(?:NAT|firewalls?)/i,
      /(?:no|without) TURN server/i,
      /tls only enabled but no turn tls config/,
    ],
    title: 'Clients behind NAT or a firewall fail',
    cause:
      'There is no TURN that they can reach: it is off, 3478 or 443 is blocked, or its name does not resolve.',
    fix: 'Turn TLS on (server.tls.mode): then TURN/TLS is on 443 with the page itself. "didar doctor" tests TURN/UDP, TURN/TLS and the name.',
    key: 'server.tls.mode',
  },
  {
    id: 'relayed-without-need',
    signatures: [
      /relayed? without need|(?:everyone|all (?:clients|participants)) (?:is|are) relayed|always relay/i,
    ],
    title: 'Clients are relayed without need',
    cause: 'The node announces a private address behind NAT, so no direct path reaches it.',
    fix: 'Set livekit.nodeIP to the public address, and forward UDP 50000-60000 and TCP 7881 to this machine.',
    key: 'livekit.nodeIP',
  },
  {
    id: 'turn-never-used',
    signatures: [/TURN (?:is )?never used|turn.{0,20}\b0 (?:clients|participants|connections)/i],
    title: 'TURN is never used',
    cause: 'Nothing is wrong: direct paths work, and relaying is only for those who have none.',
    fix: 'Nothing to do. The Network view shows how many came by which path.',
  },
  {
    id: 'docker-candidates',
    signatures: [/(?:host|udp4|local\]).{0,20}\b172\.1[7-9]\.0\.1\b/, /docker0.{0,40}candidate/i],
    title: 'A container bridge is among the candidates',
    cause:
      'livekit-server offers the addresses of docker, bridge and VPN interfaces, which clients try in vain.',
    fix: "Leave them out: Didar's generated configuration does; in a livekit.yaml list them in rtc.interfaces.excludes.",
    key: 'livekit.configPath',
  },
  {
    id: 'ipv6-unrouted',
    signatures: [/(?:ENETUNREACH|network is unreachable).{0,60}\[?[0-9a-f]{1,4}:[0-9a-f:]+/i],
    title: 'IPv6 is announced but not routed',
    cause: 'The machine has an IPv6 address, but its network carries none to the internet.',
    fix: 'Remove the AAAA record and set livekit.nodeIP to the IPv4 address, or mend the route.',
    key: 'livekit.nodeIP',
  },
];
