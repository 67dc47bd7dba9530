import type { Config, PortRange } from '../../config/config.ts';
import { REDIRECT_PORT } from '../../network/front/tls/redirect.ts';

export interface PublicPort {
  readonly protocol: 'tcp' | 'udp';
  readonly ports: PortRange;
}

const UNPRIVILEGED_FROM = 1024;

/** What people must be able to reach, as the configuration has it. */
export function publicPorts({ server, livekit }: Config): readonly PublicPort[] {
  const tcp = (port: number): PublicPort => ({ protocol: 'tcp', ports: { from: port, to: port } });
  const udp = (ports: PortRange): PublicPort => ({ protocol: 'udp', ports });
  const { turn } = livekit;
  const hasTls = server.tls.mode !== 'off';
  const isOurs = !livekit.external && livekit.configPath === undefined;
  return [
    tcp(server.port),
    ...(hasTls ? [tcp(REDIRECT_PORT)] : []),
    ...(isOurs ? [tcp(livekit.tcpPort), udp(livekit.udpPorts)] : []),
    ...(isOurs && turn.enabled
      ? [
          udp({ from: turn.udpPort, to: turn.udpPort }),
          udp(turn.relayPorts),
          ...(hasTls ? [tcp(turn.tlsPort)] : []),
        ]
      : []),
  ];
}

/** Whether the service must be allowed to listen below 1024. */
export function needsLowPorts(config: Config): boolean {
  return publicPorts(config).some(({ ports }) => ports.from < UNPRIVILEGED_FROM);
}

/** `443/tcp`, `50000-60000/udp`, with what the reader writes between. */
export function showPort({ protocol, ports: { from, to } }: PublicPort, between = '-'): string {
  return `${from === to ? from : `${from}${between}${to}`}/${protocol}`;
}
