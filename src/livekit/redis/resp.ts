/** What Redis answers (RESP 2): a text, a number, bytes, nothing, a list of these, or its refusal. */
export type Reply = string | number | Buffer | null | RedisError | readonly Reply[];

/** What Redis said instead of doing it: `WRONGPASS …`, `NOAUTH …`. */
export class RedisError extends Error {
  override readonly name = 'RedisError';
}

type Read = { readonly reply: Reply; readonly next: number };

/** A command as Redis reads it: how many words, and each with its length. */
export function encodeCommand(words: readonly (string | Uint8Array)[]): Buffer {
  const parts = words.flatMap((word) => {
    const bytes = Buffer.from(word);
    return [Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')];
  });
  return Buffer.concat([Buffer.from(`*${words.length}\r\n`), ...parts]);
}

/** Makes a reader of a connection: takes what came, answers the replies that are whole by now. */
export function createReplyReader(): (chunk: Buffer) => Reply[] {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    const replies: Reply[] = [];
    for (let read = readReply(rest, 0); read !== undefined; read = readReply(rest, 0)) {
      replies.push(read.reply);
      rest = rest.subarray(read.next);
    }
    return replies;
  };
}

/** Undefined while the reply that begins there is not whole. */
function readReply(bytes: Buffer, at: number): Read | undefined {
  const end = bytes.indexOf('\r\n', at);
  if (end < 0) return undefined;
  const line = bytes.toString('utf8', at + 1, end);
  const next = end + 2;
  switch (bytes.toString('latin1', at, at + 1)) {
    case '+':
      return { reply: line, next };
    case '-':
      return { reply: new RedisError(line), next };
    case ':':
      return { reply: Number(line), next };
    case '$':
      return readBytes(bytes, next, Number(line));
    case '*':
      return readList(bytes, next, Number(line));
    default:
      throw new RedisError('what answers there is no Redis');
  }
}

function readBytes(bytes: Buffer, from: number, length: number): Read | undefined {
  if (length < 0) return { reply: null, next: from };
  if (bytes.length < from + length + 2) return undefined;
  return { reply: bytes.subarray(from, from + length), next: from + length + 2 };
}

function readList(bytes: Buffer, from: number, length: number): Read | undefined {
  const items: Reply[] = [];
  let next = from;
  for (let i = 0; i < length; i += 1) {
    const item = readReply(bytes, next);
    if (item === undefined) return undefined;
    items.push(item.reply);
    next = item.next;
  }
  return { reply: items, next };
}
