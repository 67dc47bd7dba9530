import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import type { ClientInfo } from '../front/client-info.ts';
import type { SignallingOptions } from '../front/contract.ts';
import { type Problem, problemResponse } from '../front/problem.ts';
import { CLOSE, Relay } from './relay.ts';
import { createRelays } from './relays.ts';
import { rtcPath, startsWithRtc, validatePath } from './rtc-path.ts';
import { askUpstream, connectUpstream, tokenOf, UpstreamError, upstreamHeaders } from './upstream.ts';

const RETRY_AFTER_S = '2';

/** A page of another origin must be able to read why it was refused, as it can from livekit itself. */
const CORS = { 'Access-Control-Allow-Origin': '*' };

const STOPPING: Problem = {
  status: 503,
  code: 'server_draining',
  detail: 'This server is stopping.',
  fix: 'Try again in a minute.',
};
const LIVEKIT_DOWN: Problem = {
  status: 503,
  code: 'livekit_down',
  detail: 'The media server is not running.',
  fix: 'Try again in a moment; an operator sees the cause in the dashboard or with "didar doctor".',
};
const REMOVED: Problem = { status: 403, code: 'removed', detail: 'You were removed from the room.' };
const NOT_FOUND: Problem = { status: 404, code: 'not_found', detail: 'There is no such signalling path.' };
const NOT_ALLOWED: Problem = {
  status: 405,
  code: 'method_not_allowed',
  detail: 'Signalling is asked with GET.',
};

/** Everything under `/rtc`: who may pass to livekit, and those who did. */
export interface Signalling {
  /** Whether a request is for us; `pathStart` is where the path begins in `url`. */
  owns(url: string, pathStart: number): boolean;
  /** Undefined after a successful upgrade, as `Bun.serve` wants it. */
  answer(request: Request, client: ClientInfo, server: Bun.Server<Relay>): Promise<Response | undefined>;
  count(): number;
  holds(room: string, identity: string): boolean;
  drop(room: string, identity: string): void;
  /** Ends every connection and takes no more. */
  close(): void;
}

export function createSignalling(
  options: SignallingOptions & { readonly clock: Clock; readonly log: Logger },
): Signalling {
  const { admit, target, clock, log } = options;
  const relays = createRelays(options.onHolds);
  let closing = false;

  async function answer(request: Request, client: ClientInfo, server: Bun.Server<Relay>) {
    const url = new URL(request.url);
    const path = rtcPath(url.pathname);
    if (path === undefined) return refusal(NOT_FOUND);
    if (request.method === 'OPTIONS') return preflight();
    if (request.method !== 'GET') return refusal(NOT_ALLOWED);
    if (closing) return refusal(STOPPING);
    const token = tokenOf(request, url);
    const admission = await admit(token, client);
    if (!admission.ok) {
      return refusal({ status: admission.status, code: admission.code, detail: admission.message });
    }
    const base = target();
    if (base === undefined) return refusal(LIVEKIT_DOWN);
    const headers = upstreamHeaders(request, token, client);
    const passOn = (to: string) => askUpstream(new URL(to + url.search, base), headers);
    if (request.headers.get('Upgrade')?.toLowerCase() !== 'websocket') return readable(await passOn(path));

    const relay = new Relay(admission.room, admission.identity, { clock, onEnd: relays.remove });
    relays.add(relay);
    try {
      await connectUpstream({
        url: new URL(path + url.search, base),
        headers,
        attach: (socket) => relay.attach(socket),
        signal: AbortSignal.any([relay.signal, request.signal]),
        clock,
      });
      if (server.upgrade(request, { data: relay })) return undefined;
      relay.end(CLOSE.abnormal, 'the client went away');
      return refusal({ status: 400, code: 'upgrade_failed', detail: 'The WebSocket upgrade is not valid.' });
    } catch (error) {
      const ended = relay.signal.aborted || request.signal.aborted;
      relay.end(CLOSE.abnormal, 'no connection to livekit');
      if (!(error instanceof UpstreamError)) throw error;
      if (ended) return refusal(REMOVED);
      return await reason(error, () => passOn(validatePath(path)));
    }
  }

  /** Why livekit did not take the connection: what it says on the plain path, else the status of its refusal. */
  async function reason(error: UpstreamError, ask: () => Promise<Response>): Promise<Response> {
    if (error.status === undefined) log.warn('signalling could not reach livekit', { error });
    const said = await ask().catch((failure: unknown) => {
      if (failure instanceof UpstreamError) return undefined;
      throw failure;
    });
    if (said === undefined) return refusal(LIVEKIT_DOWN);
    if (!said.ok) return readable(said);
    return refusal({ status: error.status ?? 502, code: 'livekit_refused', detail: error.message });
  }

  return {
    owns: startsWithRtc,
    async answer(request, client, server) {
      try {
        return await answer(request, client, server);
      } catch (error) {
        if (error instanceof UpstreamError) return refusal(LIVEKIT_DOWN);
        throw error;
      }
    },
    count: relays.size,
    holds: (room, identity) => relays.of(room, identity).length > 0,
    drop(room, identity) {
      for (const relay of relays.of(room, identity)) {
        relay.endAfterGoodbye(CLOSE.policy, 'removed from the room');
      }
    },
    close() {
      closing = true;
      for (const relay of relays.all()) relay.end(CLOSE.restart, 'the server is stopping');
    },
  };
}

function refusal(problem: Problem): Response {
  return problemResponse(problem, problem.status === 503 ? { ...CORS, 'Retry-After': RETRY_AFTER_S } : CORS);
}

function readable(answer: Response): Response {
  answer.headers.set('Access-Control-Allow-Origin', '*');
  return answer;
}

function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...CORS,
      'Access-Control-Allow-Headers': '*, Authorization',
      'Access-Control-Max-Age': '86400',
    },
  });
}
