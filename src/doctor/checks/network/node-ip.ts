import { reachOf } from '../../../network/addresses/classify.ts';
import { type Check, failed, type Outcome, ok, skipped, warning } from '../../check.ts';
import { isForThisMachineOnly, modeOf, type Subject, THIS_MACHINE_ONLY } from '../../subject.ts';

const KEY = 'livekit.nodeIP';

/** Rows 16 and 19: what ICE candidates announce is an address that clients can send media to. */
export const nodeIpCheck: Check = {
  id: 'network.node-ip',
  title: 'Clients can reach the announced address',
  run(subject) {
    if (modeOf(subject) !== 'embedded') {
      return skipped('livekit-server has its address from a configuration that Didar does not write.');
    }
    if (isForThisMachineOnly(subject)) return skipped(THIS_MACHINE_ONLY);
    const announced = subject.running?.nodeIP ?? subject.addresses.nodeIP;
    if (subject.config.livekit.nodeIP === undefined && announced !== subject.addresses.nodeIP) {
      return warning(
        `livekit-server announces ${announced} since its start; by now it should be ${subject.addresses.nodeIP}.`,
        { fix: 'Restart didar, or set livekit.nodeIP to the address that stays.', key: KEY },
      );
    }
    const reach = reachOf(announced);
    if (reach === 'loopback') {
      return failed(`${announced} is announced: every client would send its media to itself.`, {
        fix: 'Set livekit.nodeIP to the address that clients reach this machine at.',
        key: KEY,
        trouble: 'no-media',
      });
    }
    return reach === 'public' ? judgePublic(announced, subject) : judgePrivate(announced, subject);
  },
};

function judgePrivate(announced: string, { config, addresses }: Subject): Outcome {
  const name = config.server.host;
  const publicOne = addresses.facts.resolved.find((address) => reachOf(address) === 'public');
  if (publicOne !== undefined) {
    return failed(
      `${announced} is announced, which is private, while ${name} is ${publicOne}: people elsewhere get no media, or relayed media only.`,
      {
        fix: `Set livekit.nodeIP to ${publicOne}, and let the NAT forward the media ports to this machine.`,
        key: KEY,
        trouble: 'relayed-without-need',
      },
    );
  }
  if (name !== undefined && addresses.facts.resolved.length > 0) {
    return ok(`${announced} is announced: private, as ${name} is, for people on the same network.`);
  }
  return warning(`${announced} is announced, which is private: only people on the same network reach it.`, {
    fix: 'Set server.host to the public name or livekit.nodeIP to the public address; for a local network, set server.host to this address.',
    key: KEY,
    trouble: 'relayed-without-need',
  });
}

function judgePublic(announced: string, { config, addresses }: Subject): Outcome {
  const { interfaces, resolved } = addresses.facts;
  if (interfaces.some(({ address }) => address === announced)) {
    return ok(`${announced} is announced; this machine has it.`);
  }
  const own = interfaces.find(({ address, kind }) => kind === 'ordinary' && isPublic(address, announced));
  if (own !== undefined) {
    return failed(
      `${announced} is announced, but no interface has it; this machine's public address is ${own.address} (${own.name}).`,
      { fix: `Set livekit.nodeIP to ${own.address}, or remove it.`, key: KEY, trouble: 'no-media' },
    );
  }
  const name = config.server.host;
  if (resolved.includes(announced)) {
    return ok(`${announced} is announced: on no interface, as behind NAT, and ${name} resolves to it.`);
  }
  if (resolved.length > 0) {
    return failed(`${announced} is announced, but ${name} is ${resolved.join(', ')}.`, {
      fix: `Set livekit.nodeIP to the address that people reach (${resolved[0]}), or mend the name in DNS.`,
      key: KEY,
      trouble: 'no-media',
    });
  }
  return warning(
    `${announced} is announced, but is on no interface: nothing here tells whether it leads here.`,
    {
      fix: 'Run "didar probe URL" from another network; set server.host to the public name.',
      key: KEY,
    },
  );
}

/** Of the same family as what is announced, so that one could stand for the other. */
function isPublic(address: string, announced: string): boolean {
  return reachOf(address) === 'public' && address.includes(':') === announced.includes(':');
}
