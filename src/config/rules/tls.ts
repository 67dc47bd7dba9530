import { isIP } from 'node:net';
import type { Rule } from './rule.ts';

/** Each mode has what it needs, and nothing that only another mode would use. */
export const tlsRule: Rule = {
  reads: ['server.tls.mode', 'server.tls.cert', 'server.tls.key'],
  check({ config: { server }, isGiven }) {
    const { mode } = server.tls;
    const files = ['server.tls.cert', 'server.tls.key'];
    if (mode === 'files') {
      return files
        .filter((key) => !isGiven(key))
        .map((key) => ({
          key,
          problem: `${key} is missing, which server.tls.mode "files" needs`,
          fix: 'name the PEM file, or use mode "acme" or "self-signed"',
        }));
    }
    return files.filter(isGiven).map((key) => ({
      key,
      problem: `${key} has no effect in server.tls.mode "${mode}"`,
      fix: 'set server.tls.mode to "files", or remove it',
    }));
  },
};

/** A certificate authority certifies names that it can reach. */
export const acmeRule: Rule = {
  reads: ['server.tls.mode', 'server.tls.acmeDirectory', 'server.host'],
  check({ config: { server }, isGiven }) {
    if (server.tls.mode !== 'acme') return [];
    const fix = 'set server.host to a DNS name that points here, such as meet.example.org';
    const { host } = server;
    if (host === undefined) {
      return [
        { key: 'server.host', problem: 'server.host is missing, which server.tls.mode "acme" needs', fix },
      ];
    }
    if (isIP(host) !== 0) {
      return [{ key: 'server.host', problem: 'server.host is an address; "acme" needs a DNS name', fix }];
    }
    const isPublic =
      host.includes('.') && !/\.(local|localhost|internal|lan|home|test|invalid|example)$/.test(host);
    // A private authority (step-ca, a test server) certifies private names as well.
    if (!isPublic && !isGiven('server.tls.acmeDirectory')) {
      return [{ key: 'server.host', problem: 'server.host is no public DNS name; "acme" needs one', fix }];
    }
    return [];
  },
};
