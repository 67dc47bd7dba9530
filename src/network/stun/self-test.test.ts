import { afterEach, expect, test } from 'bun:test';
import { createSocket, type Socket } from 'node:dgram';
import { systemClock } from '../../lib/clock.ts';
import { encodeXorAddress } from './address.ts';
import { ATTRIBUTE, decodeMessage, encodeMessage, newTransaction, TYPE } from './message.ts';
import { stunBinding, turnUdpAllocation } from './self-test.ts';

const open: Socket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.close();
});

/** A server that answers each datagram with what `answer` makes of it, in order. */
async function server(answer: (request: Buffer, from: { address: string; port: number }) => Buffer[]) {
  const socket = createSocket('udp4');
  open.push(socket);
  socket.on('message', (request, from) => {
    for (const bytes of answer(request, from)) socket.send(bytes, from.port, from.address);
  });
  const port = await new Promise<number>((resolve) => {
    socket.bind(0, '127.0.0.1', () => resolve(socket.address().port));
  });
  return { address: '127.0.0.1', port, timeoutMs: 20_000, clock: systemClock };
}

function success(request: Buffer, from: { address: string; port: number }, transaction?: Buffer): Buffer {
  const own = transaction ?? request.subarray(8, 20);
  return encodeMessage({
    type: TYPE.bindingSuccess,
    transaction: own,
    attributes: [[ATTRIBUTE.xorMappedAddress, encodeXorAddress(from, own)]],
  });
}

test('a binding tells how the server sees us, whatever else arrives before its answer', async () => {
  const target = await server((request, from) => [
    Buffer.from('noise'),
    success(request, { address: '6.6.6.6', port: 1 }, newTransaction()),
    success(request, from),
  ]);
  const { mapped, rttMs } = await stunBinding(target);
  expect(mapped.address).toBe('127.0.0.1');
  expect(rttMs).toBeGreaterThan(0);
});

test('a lost datagram is sent again', async () => {
  let seen = 0;
  const target = await server((request, from) => (++seen < 2 ? [] : [success(request, from)]));
  expect((await stunBinding(target)).mapped.address).toBe('127.0.0.1');
});

test('silence and a closed port are told apart', async () => {
  const silent = await server(() => []);
  await expect(stunBinding({ ...silent, timeoutMs: 50 })).rejects.toMatchObject({ code: 'stun_no_answer' });
  const closed = await server(() => []);
  for (const socket of open.splice(0)) socket.close();
  await expect(stunBinding(closed)).rejects.toMatchObject({ code: 'stun_unreachable' });
});

test('an answer without an address is called a bad one', async () => {
  const target = await server((request) => [
    encodeMessage({ type: TYPE.bindingSuccess, transaction: request.subarray(8, 20), attributes: [] }),
  ]);
  await expect(stunBinding(target)).rejects.toMatchObject({ code: 'stun_bad_answer' });
});

test.each([
  [400, 'turn_unauthorized'],
  [486, 'turn_refused'],
])('a TURN server that answers %i to signed credentials: %s', async (code, expected) => {
  const error = (number: number) => Buffer.from([0, 0, Math.floor(number / 100), number % 100]);
  const target = await server((request) => {
    const message = decodeMessage(request);
    const isSigned = message?.attributes.some(([type]) => type === ATTRIBUTE.messageIntegrity) ?? false;
    return [
      encodeMessage({
        type: TYPE.allocateError,
        transaction: request.subarray(8, 20),
        attributes: isSigned
          ? [[ATTRIBUTE.errorCode, error(code)]]
          : [
              [ATTRIBUTE.errorCode, error(401)],
              [ATTRIBUTE.realm, Buffer.from('here')],
              [ATTRIBUTE.nonce, Buffer.from('once')],
            ],
      }),
    ];
  });
  const allocation = turnUdpAllocation({ ...target, username: 'ann', password: 'wrong' });
  await expect(allocation).rejects.toMatchObject({ code: expected });
  await expect(allocation).rejects.toThrow(String(code));
});
