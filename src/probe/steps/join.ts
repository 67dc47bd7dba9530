import { type Asking, ask, refusal } from '../http.ts';
import type { Outcome } from '../step.ts';
import type { Target } from '../target.ts';
import type { Ticket } from '../tickets.ts';

/** Whether where the server sends its clients is where a client can go. */
export function checkTicket(target: Target, addresses: readonly string[], ticket: Ticket): Outcome {
  const { protocol, hostname, host } = new URL(ticket.url);
  const evidence = `${ticket.identity}; signalling at ${ticket.url}`;
  if (target.tls && protocol !== 'wss:') {
    return {
      state: 'warning',
      evidence,
      fix: `Browsers refuse ${protocol}//${host} on an https page: make livekit.host (or X-Forwarded-Proto of the proxy, with server.trustedProxies) say wss://.`,
    };
  }
  if (hostname !== target.url.hostname && !addresses.includes(hostname)) {
    return {
      state: 'warning',
      evidence,
      fix: `Clients are sent to ${hostname}, not to ${target.host}: if that is not meant, set server.host (or livekit.host).`,
    };
  }
  return { evidence };
}

/**
 * Without a token signalling is asked why it refuses: by that it is known that the way there is open.
 *
 * @throws DomainError `http_failed`, `refused`
 */
export async function checkSignallingDoor(url: URL, asking: Asking): Promise<Outcome> {
  const answer = await ask(new URL('/rtc/validate', url), asking);
  if (answer.status !== 401 || answer.body?.code !== 'join_token_invalid') {
    throw refusal(answer, 'GET /rtc/validate does not answer as didar does without a token');
  }
  return { evidence: '/rtc answers; the WebSocket itself needs a join to be tried' };
}
