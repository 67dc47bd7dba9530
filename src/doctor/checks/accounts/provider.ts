import { discover, fetchJson } from '../../../oidc/provider.ts';
import { type Check, failed, failedBy, ok, skipped } from '../../check.ts';

const ISSUER = 'auth.oidc.issuer';
const CALLBACK_PATH = '/api/auth/oidc/callback';

/** Who signs in at an OpenID provider can: it is there, is the one that was meant, and its keys can be fetched. */
export const providerCheck: Check = {
  id: 'accounts.oidc',
  title: 'The OpenID provider answers',
  async run({ config, running }) {
    const { issuer } = config.auth.oidc;
    if (issuer === undefined) return skipped(`No provider is configured (${ISSUER}).`);
    try {
      const { jwksUri } = await discover(issuer);
      const { keys } = await fetchJson(jwksUri);
      if (!Array.isArray(keys) || keys.length === 0) {
        return failed(`${jwksUri} holds no keys: no ID token can be verified.`, {
          fix: 'Have whoever runs the provider publish its signing keys there.',
          key: ISSUER,
        });
      }
      const here = running === undefined ? 'https://NAME' : running.publicUrl;
      return ok(
        `${issuer} answers, and publishes ${keys.length} ${keys.length === 1 ? 'key' : 'keys'}. The redirect URI to register there is ${here}${CALLBACK_PATH}`,
      );
    } catch (error) {
      return failedBy(error, { key: ISSUER });
    }
  },
};
