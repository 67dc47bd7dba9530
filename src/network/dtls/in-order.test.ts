import { expect, test } from 'bun:test';
import { receiveInOrder } from './in-order.ts';

const CLIENT_HELLO = 1;
const CERTIFICATE = 11;
const KEYS = 16;
const VERIFY = 15;

interface Message {
  readonly type: number;
  readonly number: number;
  readonly epoch?: number;
  /** Of the fragment. */
  readonly offset?: number;
  readonly body?: string;
  /** Of the whole message; that of its body unless it comes in fragments. */
  readonly length?: number;
}

let sequence = 0;
/** A record with one message of a handshake; each record is a new one, as repeats are. */
function record({
  type,
  number,
  epoch = 0,
  offset = 0,
  body = 'body',
  length = body.length,
}: Message): Buffer {
  const bytes = Buffer.alloc(25);
  bytes[0] = 22;
  bytes.writeUInt16BE(epoch, 3);
  bytes.writeUIntBE(sequence++, 5, 6);
  bytes.writeUInt16BE(12 + body.length, 11);
  bytes[13] = type;
  bytes.writeUIntBE(length, 14, 3);
  bytes.writeUInt16BE(number, 17);
  bytes.writeUIntBE(offset, 19, 3);
  bytes.writeUIntBE(body.length, 22, 3);
  return Buffer.concat([bytes, Buffer.from(body)]);
}

/** What is handed on of what comes in, packet by packet. */
function handedOn(...packets: Buffer[]): Buffer[] {
  const got: Buffer[] = [];
  const source = { onData: { execute: (packet: Buffer) => void got.push(packet) } };
  receiveInOrder(source);
  for (const packet of packets) source.onData.execute(packet);
  return got;
}

const hello = (number: number) => record({ type: CLIENT_HELLO, number });
/** What livekit sends at once, and again until it is answered. */
const flight = () => [
  record({ type: CERTIFICATE, number: 2 }),
  record({ type: KEYS, number: 3 }),
  record({ type: VERIFY, number: 4 }),
  record({ type: 20, number: 5, epoch: 1, body: 'encrypted' }),
];

test('of a flight that was sent twice, the second brings nothing but its encrypted end', () => {
  const [first, second] = [flight(), flight()];
  const hellos = [hello(0), hello(1)];
  expect(handedOn(...hellos, Buffer.concat(first), Buffer.concat(second))).toEqual([
    ...hellos,
    Buffer.concat(first),
    ...second.slice(3),
  ]);
});

test('a message whose predecessor got lost waits for both to be repeated', () => {
  const [, early = hello(9)] = flight();
  const again = Buffer.concat(flight());
  const hellos = [hello(0), hello(1)];
  expect(handedOn(...hellos, early, again)).toEqual([...hellos, again]);
});

test('a hello passes again as long as its answer may have got lost, and no longer', () => {
  const [first, again, second, late] = [hello(0), hello(0), hello(1), hello(0)];
  expect(handedOn(first, again, second, late)).toEqual([first, again, second]);
});

test('fragments make one message, each of them once', () => {
  const part = (offset: number, body: string) =>
    record({ type: CLIENT_HELLO + 1, number: 0, offset, body, length: 6 });
  const [head, headAgain, tail] = [part(0, 'abc'), part(0, 'abc'), part(3, 'def')];
  const next = record({ type: CERTIFICATE, number: 1 });
  expect(handedOn(head, headAgain, tail, next)).toEqual([head, tail, next]);
});

test('media, connectivity checks and data pass untouched', () => {
  const packets = [
    Buffer.from([0x80, 96, ...Array(20).fill(0)]),
    Buffer.from([0, 1, ...Array(20).fill(0)]),
    Buffer.from([23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 1, 0, 2, 7, 7]),
  ];
  expect(handedOn(...packets)).toEqual(packets);
});
