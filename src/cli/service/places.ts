import { SYSTEM_CONFIG } from '../../config/locations.ts';

/** The service's name for systemd, and the account it runs as. */
export const SERVICE = 'didar';
export const ACCOUNT = 'didar';

/** Where everything of the service is; below another root for an image. */
export const PLACES = {
  executable: '/usr/local/bin/didar',
  config: SYSTEM_CONFIG,
  configDir: '/etc/didar',
  /** Secrets that the operator hands over in the environment. */
  environment: '/etc/didar/environment',
  /** What the installation wrote, so that the next one knows what the operator changed. */
  record: '/etc/didar/.installed.json',
  unit: `/etc/systemd/system/${SERVICE}.service`,
  dropIns: `/etc/systemd/system/${SERVICE}.service.d`,
  data: '/var/lib/didar',
  runtime: '/run/didar',
  /** Rules for nftables.service to add to the operator's, each time that it loads those. */
  firewallRules: '/etc/didar/firewall.nft',
  firewallDropIn: '/etc/systemd/system/nftables.service.d/didar.conf',
} as const;
