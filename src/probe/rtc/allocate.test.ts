import { expect, test } from 'bun:test';
import { systemClock } from '../../lib/clock.ts';
import { DomainError } from '../../lib/errors.ts';
import { type Allocating, allocate } from './allocate.ts';

/** Nothing listens on port 1. */
const TURN = { url: '', host: '127.0.0.1', port: 1, username: 'u', credential: 'p' };
const trial: Allocating = {
  path: 'turn-udp',
  trust: { insecure: false },
  clock: systemClock,
  serverAddresses: ['127.0.0.1'],
  serverPort: 443,
};

async function fixOf(changes: Partial<Allocating>): Promise<string | undefined> {
  const error = await allocate(TURN, { ...trial, ...changes }).catch((thrown: unknown) => thrown);
  if (!(error instanceof DomainError)) throw error;
  return error.fix;
}

test('a relay at an address that the server’s name does not lead to is the wrong node address', async () => {
  expect(await fixOf({ serverAddresses: ['203.0.113.5'] })).toBe(
    "Clients are sent to 127.0.0.1, and the server's name resolves to 203.0.113.5: set livekit.nodeIP to the address that clients reach.",
  );
});

test('at the right address it is the port that is looked at', async () => {
  expect(await fixOf({})).toContain('firewall');
});

test('TURN over TLS that is dialled on another port than the server’s names both', async () => {
  expect(await fixOf({ path: 'turn-tls', serverPort: 8443 })).toContain('forward 1 to 8443');
});
