import { backupRule } from './backup.ts';
import { externalRule, keyPairRule, staticConfigRule } from './livekit.ts';
import { oidcRule } from './oidc.ts';
import { portsRule } from './ports.ts';
import type { Rule } from './rule.ts';
import { s3EndpointRule, s3Rule } from './s3.ts';
import { acmeRule, tlsRule } from './tls.ts';

export const RULES: readonly Rule[] = [
  tlsRule,
  acmeRule,
  externalRule,
  keyPairRule,
  staticConfigRule,
  portsRule,
  oidcRule,
  s3Rule,
  backupRule,
  s3EndpointRule,
];
