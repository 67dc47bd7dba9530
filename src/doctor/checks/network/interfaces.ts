import { interfacesToExclude } from '../../../network/addresses/interfaces.ts';
import { type Check, ok, skipped, warning } from '../../check.ts';
import { staticConfigOf } from '../../livekit-files.ts';
import { modeOf } from '../../subject.ts';

/** Bridges of containers and tunnels are no addresses for clients. */
export const interfacesCheck: Check = {
  id: 'network.interfaces',
  title: 'Only real interfaces are offered to clients',
  async run(subject) {
    const { facts, nodeIP } = subject.addresses;
    const unwanted = interfacesToExclude(facts.interfaces, [nodeIP]);
    if (modeOf(subject) === 'external') return skipped('livekit-server runs elsewhere.');
    if (unwanted.length === 0) return ok('This machine has no interfaces of containers or tunnels.');
    if (modeOf(subject) === 'embedded') return ok(`Left out: ${unwanted.join(', ')}.`);
    const excluded = (await staticConfigOf(subject)).excludedInterfaces;
    const offered = unwanted.filter((name) => !excluded.includes(name));
    if (offered.length === 0) return ok(`Left out: ${unwanted.join(', ')}.`);
    return warning(`livekit-server offers the addresses of ${offered.join(', ')} to clients.`, {
      fix: `Add to ${subject.config.livekit.configPath}:\nrtc:\n  interfaces:\n    excludes: [${unwanted.join(', ')}]`,
      trouble: 'docker-candidates',
    });
  },
};
