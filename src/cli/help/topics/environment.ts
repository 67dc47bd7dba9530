import { ALL_KEYS } from '../../../config/keys.ts';
import { SYSTEM_CONFIG } from '../../../config/locations.ts';
import { definitions } from '../layout.ts';

const VARIABLES: readonly (readonly [string, string])[] = [
  ['DIDAR_CONFIG', 'the configuration file, as --config'],
  ['DIDAR_TOKEN', 'an API token, for commands with --url'],
  ['DIDAR_SCREEN_READER', '1: the dashboard speaks in lines that a screen reader can read'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'the key of a collector of traces, as telemetry.otlpHeaders'],
  ['NO_COLOR', 'anything: no colours (no-color.org)'],
  ['NODE_EXTRA_CA_CERTS', 'a file of certificates (PEM) that are trusted besides those of the system'],
  [
    'XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_RUNTIME_DIR',
    'where those directories are for a user who is not root',
  ],
];

const PLACES: readonly (readonly [string, string])[] = [
  [SYSTEM_CONFIG, 'the configuration of the service'],
  ['/etc/didar/environment', 'variables of the service, for secrets'],
  ['/var/lib/didar', 'its data: database, secrets, certificates, recordings, backups'],
  ['/run/didar/didar.sock', 'the socket of the service; who may open it is admin'],
  ['~/.config/didar/profiles.json', 'servers elsewhere, for --profile'],
  ['~/.local/share/didar', 'the data of a server that a user runs without root'],
];

/** `didar help environment`. */
export function environmentTopic(): string {
  const example = ALL_KEYS.find(({ name }) => name === 'livekit.turn.udpPort');
  const secrets = ALL_KEYS.filter(({ secret }) => secret).map(({ env }) => `${env}_FILE`);
  return `ENVIRONMENT

Every key of the configuration is a variable too: ${example?.name} is
${example?.env}. An empty one counts as not set. A secret may
also be the path of a file with it:
${secrets.map((name) => `  ${name}`).join('\n')}

Other variables:
${definitions(VARIABLES)}

Files and directories:
${definitions(PLACES)}`;
}
