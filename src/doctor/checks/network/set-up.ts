import type { Check } from '../../check.ts';
import { certificateCheck } from './certificate.ts';
import { firewallCheck } from './firewall.ts';
import { hostNameCheck } from './host-name.ts';
import { interfacesCheck } from './interfaces.ts';
import { ipv6Check } from './ipv6.ts';
import { nodeIpCheck } from './node-ip.ts';
import { tlsCheck } from './tls.ts';
import { plaintextTurnCheck } from './turn-plaintext.ts';
import { turnPortCheck } from './turn-port.ts';

/** How this machine's network is set up: cheap to look at, and nothing of it needs a self-test. */
export const networkSetUpChecks: readonly Check[] = [
  hostNameCheck,
  nodeIpCheck,
  ipv6Check,
  interfacesCheck,
  firewallCheck,
  tlsCheck,
  certificateCheck,
  turnPortCheck(),
  plaintextTurnCheck,
];
