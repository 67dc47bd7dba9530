import type { Config } from '../../config/config.ts';
import { type AddressFacts, decideNodeIp, type NodeIpDecision } from './decide.ts';
import { interfacesToExclude, networksToOffer } from './interfaces.ts';
import { probeAddresses } from './probe.ts';

/** Everything the media server's configuration and the doctor need of this machine's addresses. */
export interface DetectedAddresses extends NodeIpDecision {
  /** Names of interfaces that candidates should leave out. */
  readonly excludedInterfaces: readonly string[];
  /** Networks, as CIDR, whose addresses alone candidates are made of; empty for all. */
  readonly offeredNetworks: readonly string[];
  readonly facts: AddressFacts;
}

/** Probes (`probe` can be replaced) and decides. */
export async function detectAddresses(
  config: {
    readonly server: Pick<Config['server'], 'host'>;
    readonly livekit: Pick<Config['livekit'], 'nodeIP'>;
  },
  probe: (host: string | undefined) => Promise<AddressFacts> = probeAddresses,
): Promise<DetectedAddresses> {
  const { nodeIP } = config.livekit;
  const facts = await probe(config.server.host);
  const decision = decideNodeIp({ config: nodeIP === undefined ? {} : { nodeIP }, ...facts });
  const announced = [decision.nodeIP, decision.nodeIPv6].filter((address) => address !== undefined);
  return {
    ...decision,
    excludedInterfaces: interfacesToExclude(facts.interfaces, announced),
    offeredNetworks: networksToOffer(facts.interfaces, announced),
    facts,
  };
}
