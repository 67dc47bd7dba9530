import { SCOPES } from '../../../access/principal.ts';

const MEANS: Readonly<Record<(typeof SCOPES)[number], string>> = {
  read: 'sees everything: rooms, people, recordings, events, metrics',
  rooms: 'makes and changes rooms, members and invitations',
  moderate: 'mutes, kicks, admits and records; joins people',
  admin: 'all of it, and accounts, tokens, jobs and the server',
};

/** `didar help api`. */
export function apiTopic(): string {
  return `API

JSON over HTTP below /api; /docs on the server shows all of it, /openapi.json is
the same for programs. Dashboard, commands and page use nothing else.

On the same machine the socket needs no token:
  curl --unix-socket /run/didar/didar.sock http://localhost/api/room
Elsewhere by a token, which is shown once, and may do what its scopes say:
  didar token create --name ci --scope rooms
  curl -H "Authorization: Bearer $TOKEN" https://meet.example.org/api/room
${SCOPES.map((scope) => `  ${scope.padEnd(9)} ${MEANS[scope]}`).join('\n')}

To bring somebody in:  POST /api/room/join  {"room": "standup", "name": "Ada"}
answers {url, token, ...}, for any LiveKit client.

Lists answer {items, next}; next is the cursor of the next page. Faults are
problem documents (RFC 9457) with a stable "code" and a fix. What answers 201
takes an Idempotency-Key. A refusal for haste has Retry-After.

What happens comes as server-sent events from /api/event/stream (Last-Event-ID
goes on where it stopped), or signed, to a URL of yours, tried again for a day:
  didar webhook create --to https://example.org/hook --kind room.,login.
Metrics for Prometheus are at /metrics; "didar help metrics" tells how they are
read, with a dashboard and alerts.`;
}
