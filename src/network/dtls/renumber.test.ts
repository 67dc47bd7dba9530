import { expect, test } from 'bun:test';
import { renumberHandshake } from './renumber.ts';

const HANDSHAKE = 22;

function record(epoch: number, sequence: number, body = 'hello'): Buffer {
  const header = Buffer.alloc(13);
  header[0] = HANDSHAKE;
  header.writeUInt16BE(0xfefd, 1);
  header.writeUInt16BE(epoch, 3);
  header.writeUIntBE(sequence, 5, 6);
  header.writeUInt16BE(body.length, 11);
  return Buffer.concat([header, Buffer.from(body)]);
}

function sender() {
  const sent: string[] = [];
  const connection = {
    async send(packet: Buffer) {
      sent.push(packet.toString('hex'));
    },
  };
  renumberHandshake(connection);
  return { connection, sent };
}

const hex = (...records: Buffer[]) => Buffer.concat(records).toString('hex');

test('a handshake message that is sent again comes in a record of its own', async () => {
  const { connection, sent } = sender();
  const hello = record(0, 7);
  await connection.send(hello);
  await connection.send(hello);
  expect(sent).toEqual([hex(record(0, 0)), hex(record(0, 1))]);
  expect(hello.toString('hex')).toBe(hex(record(0, 7)));
});

test('of several records in a packet each is numbered, and an encrypted one stays as it is', async () => {
  const { connection, sent } = sender();
  const flight = Buffer.concat([record(0, 4, 'keys'), record(0, 4, 'change'), record(1, 4, 'finished')]);
  await connection.send(flight);
  expect(sent).toEqual([hex(record(0, 0, 'keys'), record(0, 1, 'change'), record(1, 4, 'finished'))]);
});

test('media and connectivity checks pass untouched', async () => {
  const { connection, sent } = sender();
  const packets = [Buffer.from([0x80, 96, ...Array(20).fill(0)]), Buffer.from([0, 1, ...Array(20).fill(0)])];
  for (const packet of packets) await connection.send(packet);
  expect(sent).toEqual(packets.map((packet) => packet.toString('hex')));
});
