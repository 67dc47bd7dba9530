import type { Handle } from './contract.ts';
import { problemResponse } from './problem.ts';

/**
 * The same handle for bodies of at most `maxBytes`. Bun's own limit answers an empty 413, so it is kept out of
 * the way: a declared length is judged at once, a chunked body is counted as it is read.
 */
export function limitBodies(handle: Handle, maxBytes: number): Handle {
  const tooLarge = () =>
    problemResponse(
      {
        status: 413,
        code: 'body_too_large',
        detail: `The body is larger than ${maxBytes} bytes.`,
        fix: 'Send less in one request.',
      },
      { Connection: 'close' },
    );

  return (request, client) => {
    const length = request.headers.get('Content-Length');
    if (length !== null && Number(length) > maxBytes) return tooLarge();
    // The header first: asking for `body` makes a stream of it, which is then slow to read.
    if (!request.headers.has('Transfer-Encoding') || request.body === null) return handle(request, client);
    return counted(request);

    async function counted(chunked: Request): Promise<Response> {
      const counter = byteCounter(maxBytes);
      const body = chunked.body?.pipeThrough(counter.stream);
      try {
        const response = await handle(new Request(chunked, { body }), client);
        return counter.exceeded() ? tooLarge() : response;
      } catch (error) {
        if (counter.exceeded()) return tooLarge();
        throw error;
      }
    }
  };
}

function byteCounter(maxBytes: number) {
  let seen = 0;
  const stream = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      seen += chunk.byteLength;
      if (seen > maxBytes) controller.error(new Error('body too large'));
      else controller.enqueue(chunk);
    },
  });
  return { stream, exceeded: () => seen > maxBytes };
}
