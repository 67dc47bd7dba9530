import { assembleConfig } from '../../../config/assemble.ts';
import type { PublicPort } from '../../service/ports.ts';
import { publicPorts, showPort } from '../../service/ports.ts';

/** `didar help firewall`. */
export function firewallTopic(): string {
  const config = assembleConfig(new Map(), '/');
  const { server, livekit } = config;
  const withTls = {
    ...config,
    server: { ...server, port: 443, tls: { ...server.tls, mode: 'acme' as const } },
  };
  const uses: readonly (readonly [number, string])[] = [
    [443, 'page, API, signalling, TURN/TLS (server.port; 8090 without)'],
    [80, 'sends browsers on to HTTPS (with TLS)'],
    [livekit.tcpPort, 'media over TCP (livekit.tcpPort)'],
    [livekit.udpPorts.from, 'media over UDP (livekit.udpPorts)'],
    [livekit.turn.udpPort, 'TURN over UDP (livekit.turn.udpPort)'],
    [livekit.turn.relayPorts.from, 'what TURN relays (livekit.turn.relayPorts)'],
    [livekit.turn.tlsPort, 'TURN over TLS, besides 443 (livekit.turn.tlsPort)'],
  ];
  const ports = publicPorts(withTls);
  const purpose = ({ ports: { from } }: PublicPort) => uses.find(([port]) => port === from)?.[1] ?? '';
  return `FIREWALL

People have to reach, with TLS on and the ports left as they are:
${ports.map((port) => `  ${showPort(port).padEnd(15)}  ${purpose(port)}`).join('\n')}

With TLS on, who gets out by nothing but TCP 443 can take part too: TURN/TLS
is on the same port as the page. livekit.udpPorts: 7882 carries all media over
one UDP port; that wants net.core.rmem_max of 5000000 or more.

On this machine:
  sudo didar service install --open-firewall     ufw, firewalld or nftables
${ports.map((port) => `  ufw allow ${showPort(port, ':')}`).join('\n')}

A firewall of the provider before it has to let the same in. From where people
are, any machine with the executable proves it, path by path:
  didar probe https://meet.example.org`;
}
