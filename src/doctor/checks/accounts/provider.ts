import { discover, fetchJson } from '../../../oidc/provider.ts';
import { type Check, failed, failedBy, ok, skipped } from '../../check.ts';
import { reachUrl, type Step } from '../../reach-url.ts';

const ISSUER = 'auth.oidc.issuer';
const CALLBACK_PATH = '/api/auth/oidc/callback';

const FIXES: Readonly<Record<Step, (host: string, port: number) => string>> = {
  DNS: (host) => `Correct ${ISSUER}, or see to the DNS servers of this machine: ${host} has no address here.`,
  TCP: (_, port) => `See whether the provider is up, and let TCP ${port} out through the firewalls.`,
  TLS: () => 'Start didar with NODE_EXTRA_CA_CERTS=/path/to/its-ca.pem, if the certificate is the right one.',
  HTTP: () => `Check ${ISSUER}.`,
};

/** Who signs in at an OpenID provider can: it is there, is the one that was meant, and its keys can be fetched. */
export const providerCheck: Check = {
  id: 'accounts.oidc',
  title: 'The OpenID provider answers',
  async run({ config, running, clock }) {
    const { issuer } = config.auth.oidc;
    if (issuer === undefined) return skipped(`No provider is configured (${ISSUER}).`);
    const { problem, steps } = await reachUrl({
      url: issuer,
      skipTLSVerify: false,
      clock,
      upTo: 'TLS',
      fixFor: (step, host, port) => FIXES[step](host, port),
    });
    if (problem) {
      const soFar = steps.length > 0 ? ` after ${steps.join(', ')}` : '';
      const evidence = `${issuer}: ${problem.step} fails${soFar}: ${problem.message}`;
      return failed(evidence, { fix: problem.fix, key: ISSUER });
    }
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
