import type { ClientInfo } from '../../network/front/client-info.ts';

/** The device that signs in, as a user sees it in a list of logins. */
export interface Device {
  readonly address: string;
  readonly userAgent: string | null;
}

export function deviceOf(client: ClientInfo, request: Request): Device {
  return { address: client.address, userAgent: request.headers.get('user-agent') };
}
