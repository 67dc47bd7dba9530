import type { Rule } from './rule.ts';

const ISSUER = 'auth.oidc.issuer';
const CLIENT_ID = 'auth.oidc.clientId';
/** Not those with a default: `didar config show` writes them out, and must be readable again. */
const OTHERS = [CLIENT_ID, 'auth.oidc.clientSecret', 'auth.oidc.adminClaim'];
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** An issuer needs a client, and the rest an issuer; what it says is believed, so that nobody may change it on the way. */
export const oidcRule: Rule = {
  reads: [ISSUER],
  check({ config, isGiven }) {
    const { issuer } = config.auth.oidc;
    if (issuer === undefined) {
      return OTHERS.filter(isGiven).map((key) => ({
        key,
        problem: `${key} is given without ${ISSUER}`,
        fix: `add ${ISSUER}, or remove what is in auth.oidc`,
      }));
    }
    const { protocol, hostname } = new URL(issuer);
    if (protocol === 'http:' && !LOOPBACK.test(hostname)) {
      return [
        { key: ISSUER, problem: `${ISSUER} is not https`, fix: `write ${issuer.replace('http:', 'https:')}` },
      ];
    }
    if (isGiven(CLIENT_ID)) return [];
    const fix = 'register this server at the provider, and write the client id that it gives';
    return [{ key: CLIENT_ID, problem: `${CLIENT_ID} is missing, which ${ISSUER} needs`, fix }];
  },
};
