import type { Trouble } from '../trouble.ts';

/** Faults in a livekit.yaml, and in how it gets to livekit-server. */
export const CONFIG_TROUBLES: readonly Trouble[] = [
  {
    id: 'config-tls-block',
    signatures: [/line (\d+): field tls not found/, /field tls not found/],
    title: 'livekit-server knows no top-level tls: block',
    cause: 'No version from 1.9.12 to 1.13.11 takes it, whatever guides of older versions say.',
    fix: 'Remove the tls: block. Use http:// and ws:// to that server, and terminate TLS in front of it: with Didar, server.tls.mode. TLS for TURN stays under turn:.',
    key: 'server.tls.mode',
  },
  {
    id: 'config-egress-block',
    signatures: [/field egress not found/],
    title: 'livekit-server knows no egress: block',
    cause: 'Egress is a service of its own, with its own configuration file.',
    fix: "Remove egress: from livekit.yaml; S3 and the like belong into the egress worker's own file or into the request. With recording.backend: builtin none is needed.",
    key: 'recording.backend',
  },
  {
    id: 'config-create-room-enabled',
    signatures: [/field create_room_enabled not found/],
    title: 'create_room_enabled is gone since 1.13',
    cause: 'livekit-server 1.13 dropped the key, and an unknown key ends its start.',
    fix: 'Remove room.create_room_enabled from livekit.yaml.',
    key: 'livekit.configPath',
  },
  {
    id: 'config-unknown-key',
    signatures: [/line (\d+): field (\S+) not found in type/],
    title: 'livekit-server does not know the key $2 (line $1)',
    cause:
      'An unknown key in livekit.yaml ends the start: a typing error, a wrong place, or a key of another version.',
    fix: 'Mend or remove line $1; "didar config check --livekit FILE" lists all such keys of that version.',
    key: 'livekit.configPath',
  },
  {
    id: 'config-wrong-type',
    signatures: [/line (\d+): cannot unmarshal (?:!!\S+ )?(.{1,80}?) into (\S+)/],
    title: 'Line $1 of livekit.yaml has a value of the wrong type',
    cause: '$2 stands where $3 is expected.',
    fix: 'Mend line $1; "didar config check --livekit FILE" names the key and what it takes.',
    key: 'livekit.configPath',
  },
  {
    id: 'config-not-yaml',
    signatures: [/yaml: line (\d+): (.{1,120})/, /is not valid YAML/],
    title: 'livekit.yaml is not valid YAML',
    cause:
      'Wrong indentation, a tab, or an unclosed quote or bracket; the line named is where it was noticed, the fault may be just above.',
    fix: 'Indent with spaces, keys of one section alike; "didar config check --livekit FILE" names line and key.',
    key: 'livekit.configPath',
  },
  {
    id: 'config-ignored-variable',
    signatures: [/LIVEKIT_CONFIG (?:has no effect|is ignored|does not work|not used)/i],
    title: 'LIVEKIT_CONFIG has no effect',
    cause: "livekit-server reads it since 1.7 only, and not when an entrypoint of one's own leaves it out.",
    fix: 'Use a newer version, or pass --config-body "$LIVEKIT_CONFIG". With Didar none is needed: it writes the file itself.',
    key: 'livekit.configPath',
  },
  {
    id: 'config-shell-wrapper',
    signatures: [/flag provided but not defined: -c\b/],
    title: 'livekit-server was given "-c"',
    cause:
      'A command such as "sh -c ..." was appended to an image whose entrypoint already is livekit-server.',
    fix: 'Drop the shell wrapper: pass the flags themselves, or the configuration in the variable LIVEKIT_CONFIG.',
  },
  {
    id: 'config-compose-dollar',
    signatures: [
      /The "?\\?"?LIVEKIT_CONFIG\\?"?"? variable is not set/i,
      /LIVEKIT_CONFIG[^\n]*(?:is empty|empty under compose|Defaulting to a blank string)/i,
    ],
    title: '$LIVEKIT_CONFIG is empty under compose',
    cause: 'Compose replaces $NAME by a variable of the host before the container sees it.',
    fix: 'Write $$LIVEKIT_CONFIG in the compose file.',
  },
  {
    id: 'config-no-keys',
    signatures: [/one of key-?_?file or keys must be provided/],
    title: 'livekit-server was given no API key',
    cause: 'Neither keys: nor key_file: is in its configuration.',
    fix: 'Add keys: { NAME: SECRET } to livekit.yaml, the secret of 32 characters or more.',
    key: 'livekit.configPath',
  },
  {
    id: 'config-key-file-open',
    signatures: [/(key|turn secret|turn credentials) file others permissions must be set to 0/],
    title: 'The $1 file can be read by others',
    cause: 'livekit-server refuses a file with secrets that others may read.',
    fix: 'chmod 600 that file.',
  },
  {
    id: 'config-short-secret',
    signatures: [/secret is too short, should be at least 32 characters/],
    title: 'An API secret is too short',
    cause: 'livekit-server wants 32 characters or more, and says so only in its log.',
    fix: 'Make a longer one: "openssl rand -base64 36", or leave livekit.apiSecret out and Didar makes one.',
    key: 'livekit.apiSecret',
  },
  {
    id: 'config-unreadable',
    signatures: [
      /open (\S+\.ya?ml): (no such file or directory|permission denied)/,
      /livekit_config_unreadable/,
    ],
    title: 'livekit-server cannot read its configuration',
    cause: 'The file is not there, or this user may not read it.',
    fix: 'Check livekit.configPath, and the owner and mode of the file.',
    key: 'livekit.configPath',
  },
  {
    id: 'config-bad-node-ip',
    signatures: [/could not parse config: invalid ip (\S+)/],
    title: '$1 is no IP address',
    cause: 'rtc.node_ip takes an address, not a name.',
    fix: 'Set livekit.nodeIP to the address that clients reach this server at.',
    key: 'livekit.nodeIP',
  },
];
