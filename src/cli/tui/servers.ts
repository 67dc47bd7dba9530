import type { Server } from '../../../tui/state/server.ts';
import { DomainError } from '../../lib/errors.ts';
import { createApiClient } from '../lib/api-client.ts';
import {
  type ClientOptions,
  type RemoteOptions,
  remoteAddress,
  socketPlaces,
} from '../lib/client-options.ts';
import { printNote } from '../lib/output.ts';
import { type Profile, profilesPath, readProfiles } from '../lib/profiles.ts';
import { requireSocket } from '../lib/socket.ts';
import { surroundings } from '../lib/surroundings.ts';

/** What an address that answers nothing at all is waited for. */
const ANSWER_LIMIT_MS = 10_000;

export interface KnownServers {
  /** The one that the command line means. */
  readonly meant: Server;
  /** All that can be gone to: the one of this machine, the profiles, and the one that is meant. */
  readonly servers: readonly Server[];
}

/** The servers that this operator can look at. Errors: `url_invalid` where the command line has a wrong address. */
export async function knownServers(options: ClientOptions): Promise<KnownServers> {
  const local = thisMachine(options);
  const profiles = await readProfiles(profilesPath(surroundings().env)).catch((error: unknown) => {
    // Those that nobody asked for keep nobody from the others.
    if (!(error instanceof DomainError)) throw error;
    printNote(`note: ${error.message}`);
    return {};
  });
  const named = Object.entries(profiles).map(([name, profile]) => elsewhere(name, profile));
  const { url } = options;
  if (url === undefined) return { meant: local, servers: [local, ...named] };
  const { host } = new URL((await remoteAddress({ url })).url);
  const isProduction = named.find(({ name }) => name === options.profile)?.isProduction ?? false;
  // As the command line has it, which may say otherwise than the profile.
  const meant = elsewhere(options.profile ?? host, {
    ...options,
    url,
    ...(isProduction && { production: true }),
  });
  return { meant, servers: [local, ...named.filter(({ name }) => name !== meant.name), meant] };
}

function thisMachine(options: ClientOptions): Server {
  return {
    name: 'this machine',
    address: '',
    isLocal: true,
    isProduction: false,
    open: async () => ({ socket: await requireSocket(await socketPlaces(options)) }),
  };
}

function elsewhere(
  name: string,
  { url, tokenFile, caFile, production }: RemoteOptions & Pick<Profile, 'production'>,
): Server {
  const { host } = new URL(url);
  return {
    name,
    address: host === name ? '' : host,
    isLocal: false,
    isProduction: production === true,
    async open() {
      const address = await remoteAddress({ url, tokenFile, caFile });
      // A wrong address or token is an error, not a dashboard that waits for ever.
      await createApiClient(address).request(
        'GET',
        '/api/auth/me',
        undefined,
        AbortSignal.timeout(ANSWER_LIMIT_MS),
      );
      return address;
    },
  };
}
