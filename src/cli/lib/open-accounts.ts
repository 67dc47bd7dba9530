import { createPublicUrls } from '../../appliance/public-url.ts';
import type { Config } from '../../config/config.ts';
import { openDatabase } from '../../db/open.ts';
import { createHandler } from '../../http/handler.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../lib/log.ts';
import { type AuthDeps, createAuth } from '../../modules/auth/auth.ts';
import { createEventRepo } from '../../modules/events/repo.ts';
import { createEvents } from '../../modules/events/service.ts';
import type { ClientInfo } from '../../network/front/client-info.ts';

export interface OpenAccountsOptions extends Pick<AuthDeps, 'tokenKey' | 'setupCodePath'> {
  readonly config: Config;
  /** The path of the database. */
  readonly database: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const LOCAL: ClientInfo = { address: 'local', transport: 'unix', secure: true };

/** The routes about accounts on a database of this process: what a daemon answers, without a daemon. */
export async function openAccounts({ database, clock, log, config, ...auth }: OpenAccountsOptions) {
  const db = openDatabase(database, { log });
  const events = createEvents({ repo: createEventRepo(db), clock });
  // Without a daemon nothing is known of the network but what is configured.
  const urls = createPublicUrls({ config, detectedAddress: 'localhost', port: () => config.server.port });
  const accounts = createAuth({
    db,
    events,
    clock,
    log,
    config: config.auth,
    publicUrl: urls.page,
    // Nobody signs in by a browser here.
    oidcClientSecret: undefined,
    ...auth,
  });
  await accounts.start();
  const { authenticate, routes } = accounts;
  const handle = createHandler({ authenticate, modules: [routes], log, clock });
  return {
    handle: (request: Request) => handle(request, LOCAL),
    close(): void {
      accounts.stop();
      db.close();
    },
  };
}
