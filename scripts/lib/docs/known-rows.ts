/** Where a test is: its file, and its title or the beginning of it. */
export type Place = readonly [file: string, title: string];

/** A trouble that operators of such servers meet, and where Didar sees and explains it. */
export interface KnownRow {
  /** Its number in the list of known troubles; none for those that were added. */
  readonly number?: number;
  readonly seen: string;
  /** Checks of the doctor that find it. */
  readonly checks: readonly string[];
  /** Tests that break it for real and see the check name it. */
  readonly broken: readonly Place[];
  /** Rows of the table that `didar explain` knows it by. */
  readonly explained: readonly string[];
}

const DOCTOR = 'test/e2e/doctor.test.ts';
const EXTERNAL = 'test/e2e/doctor-external.test.ts';
const NETWORK = 'test/e2e/doctor-network.test.ts';
const MACHINE = 'test/e2e/doctor-machine.test.ts';
const FAULTS = 'test/e2e/faults.test.ts';
const EGRESS = 'test/e2e/egress.test.ts';
const BUCKET = 'test/e2e/s3.test.ts';

const DIES: Place = [DOCTOR, 'saying "%s", the cause and its fix are told'];
const YAML: Place = [DOCTOR, 'with %s fails, with line and fix'];
const UDP_BLOCKED: Place = [
  NETWORK,
  'UDP that not even this machine gets through is named by the self-tests',
];
const EGRESS_MISSING: Place = [EXTERNAL, 'egress that can not begin there is told with what it lacks'];

/** The list that a test holds the doctor and the explanations to. A new trouble, or a new check, is a row here. */
export const KNOWN_ROWS: readonly KnownRow[] = [
  {
    number: 1,
    seen: 'a restart loop in a container: `could not resolve external IP`',
    checks: ['livekit.configuration', 'livekit.state'],
    broken: [[DOCTOR, 'that asks the internet for its address, and lets nobody be relayed'], DIES],
    explained: ['external-ip'],
  },
  {
    number: 2,
    seen: 'the same outside containers',
    checks: ['livekit.state', 'network.host-name'],
    broken: [DIES, [NETWORK, 'a name that does not resolve is named, and that DNS is silent']],
    explained: ['external-ip'],
  },
  {
    number: 3,
    seen: '`TURN domain required`, or its certificate missing',
    checks: ['livekit.configuration'],
    broken: [YAML],
    explained: ['turn-domain', 'turn-certificate', 'turn-ports'],
  },
  {
    number: 4,
    seen: '`field tls not found`',
    checks: ['livekit.configuration'],
    broken: [YAML],
    explained: ['config-tls-block'],
  },
  {
    number: 5,
    seen: '`LIVEKIT_CONFIG` has no effect',
    checks: [],
    broken: [],
    explained: ['config-ignored-variable'],
  },
  {
    number: 6,
    seen: '`flag provided but not defined: -c`',
    checks: [],
    broken: [],
    explained: ['config-shell-wrapper'],
  },
  {
    number: 7,
    seen: '`$LIVEKIT_CONFIG` is empty under compose',
    checks: [],
    broken: [],
    explained: ['config-compose-dollar'],
  },
  {
    number: 8,
    seen: 'a YAML error from the configuration',
    checks: ['config', 'livekit.configuration'],
    broken: [[DOCTOR, 'each fault of the configuration is named, with 1'], YAML],
    explained: ['config-unknown-key', 'config-wrong-type', 'config-not-yaml'],
  },
  {
    number: 9,
    seen: '"LiveKit disconnected"',
    checks: ['livekit.api', 'livekit.state'],
    broken: [[EXTERNAL, 'at %s, the step that fails is named'], DIES],
    explained: ['livekit-disconnected'],
  },
  {
    number: 10,
    seen: 'a token is made, the connection times out',
    checks: ['network.host-name', 'network.signalling'],
    broken: [
      [NETWORK, 'a name that leads to another machine is named with both addresses'],
      [MACHINE, 'whose clients are given a URL that does not answer says so'],
    ],
    explained: ['client-timeout'],
  },
  {
    number: 11,
    seen: 'the embedded server does not start',
    checks: ['livekit.binary'],
    broken: [
      [DOCTOR, 'a livekit-server that is not there is named'],
      [MACHINE, 'a binary on a filesystem without exec is named'],
      [MACHINE, 'a binary that may not be executed, and one for another processor, are named'],
    ],
    explained: ['binary-unusable'],
  },
  {
    number: 12,
    seen: 'a port of ours is in use',
    checks: ['network.ports'],
    broken: [[DOCTOR, 'a port in use is named with who holds it and the key to change']],
    explained: ['port-in-use', 'port-forbidden'],
  },
  {
    number: 13,
    seen: "Redis errors in livekit's log",
    checks: ['livekit.redis'],
    broken: [
      [DOCTOR, 'a Redis that is not there is named'],
      [DOCTOR, 'a Redis that wants another password is named'],
    ],
    explained: ['redis'],
  },
  {
    number: 14,
    seen: 'connection refused on 7880',
    checks: ['livekit.state', 'livekit.api'],
    broken: [DIES, [DOCTOR, 'that lost its media server and has it back tells of it']],
    explained: ['livekit-refused'],
  },
  {
    number: 15,
    seen: 'a token expired before the client connected',
    checks: ['livekit.api', 'machine.clock'],
    broken: [
      [FAULTS, 'a clock that is set an hour on, and back'],
      [MACHINE, 'a clock that nobody keeps right is named with the command'],
    ],
    explained: ['token-expired', 'clock-skew'],
  },
  {
    number: 16,
    seen: 'joined, no audio or video',
    checks: ['network.node-ip', 'network.firewall', 'network.ice-tcp', 'network.connections'],
    broken: [
      [NETWORK, 'a node IP that is not this machine’s is named with the one that is'],
      [NETWORK, 'a firewall that closes UDP is named with the ports and what to write'],
      [NETWORK, 'TURN/TLS on its own port and media over TCP that do not get through are named'],
      ['test/e2e/no-media.test.ts', 'who reaches the server, and never gets media through'],
    ],
    explained: ['no-media', 'media-broke-off'],
  },
  {
    number: 17,
    seen: 'clients behind NAT or firewalls fail',
    checks: [
      'network.stun',
      'network.turn-udp',
      'network.turn-tls',
      'network.turn-tls-port',
      'network.tls',
      'network.host-name',
    ],
    broken: [
      UDP_BLOCKED,
      [NETWORK, 'an expired certificate is named with its date'],
      [NETWORK, 'TURN/TLS on its own port and media over TCP that do not get through are named'],
      [NETWORK, 'behind a reverse proxy with TLS off, what works and what is lost is told'],
      [NETWORK, 'a name that does not resolve is named'],
    ],
    explained: ['behind-firewall'],
  },
  {
    number: 18,
    seen: 'the self-signed certificate of an external LiveKit is refused',
    checks: ['livekit.api'],
    broken: [[EXTERNAL, 'that shows a certificate of its own, it is told by its fingerprint']],
    explained: ['self-signed'],
  },
  {
    number: 19,
    seen: 'relayed without need',
    checks: ['network.node-ip'],
    broken: [[NETWORK, 'a private node IP behind a public name is named with the public one']],
    explained: ['relayed-without-need'],
  },
  {
    number: 20,
    seen: 'TURN is never used: as it should be',
    checks: ['network.paths'],
    broken: [[MACHINE, 'tells by which paths people came, and that no TURN is as it should be']],
    explained: ['turn-never-used'],
  },
  {
    number: 21,
    seen: 'people stay "active" after they left',
    checks: ['livekit.webhooks'],
    broken: [[EXTERNAL, 'that sends no webhooks, the lines to add are told']],
    explained: ['webhook-missing'],
  },
  {
    number: 22,
    seen: 'people are never marked inactive',
    checks: ['livekit.webhooks'],
    broken: [[EXTERNAL, 'whose webhooks are signed by somebody else, it is told that they are refused']],
    explained: ['webhook-failed'],
  },
  {
    number: 23,
    seen: 'a room is not cleaned up',
    checks: ['rooms.timeouts'],
    broken: [
      [DOCTOR, 'rooms that linger are told with the value and where it comes from'],
      [DOCTOR, 'with a room that lingers by values of its own names it'],
    ],
    explained: ['room-lingers'],
  },
  {
    number: 24,
    seen: '`permissions denied` on starting a recording',
    checks: ['recording.egress'],
    broken: [EGRESS_MISSING],
    explained: ['no-record-grant'],
  },
  {
    number: 25,
    seen: 'a recording by egress can not begin with good keys',
    checks: ['recording.egress'],
    broken: [[EGRESS, 'without a worker, or with one that has no CPU to spare'], EGRESS_MISSING],
    explained: ['no-egress-worker', 'no-redis-for-egress', 'egress-cpu'],
  },
  {
    number: 26,
    seen: "the recording's file is a local path",
    checks: ['recording.egress', 'livekit.configuration'],
    broken: [EGRESS_MISSING, YAML],
    explained: ['recording-local-path', 'config-egress-block'],
  },
  {
    number: 27,
    seen: 'a finished recording can not be fetched or sent',
    checks: ['recording.bucket', 'recording.orphans'],
    broken: [
      [BUCKET, 'that goes away, and a server that is killed in the middle'],
      [BUCKET, 'that does not take our key: the recording says so'],
      [BUCKET, 'is found well by the doctor, and what belongs to no recording by name'],
    ],
    explained: ['recording-download', 'bucket-unreachable', 'bucket-refuses', 'recording-file-lost'],
  },
  {
    seen: 'another web server has 443',
    checks: ['network.port-443', 'network.ports'],
    broken: [
      [NETWORK, '443 in the hands of another server is named with who has it'],
      [NETWORK, 'a start that failed because 443 is taken is diagnosed without a daemon'],
    ],
    explained: ['port-443-taken'],
  },
  {
    seen: 'bridges of containers among the candidates',
    checks: ['network.interfaces'],
    broken: [[NETWORK, "a container's bridge that an operator's livekit.yaml offers is named"]],
    explained: ['docker-candidates'],
  },
  {
    seen: 'relaying to a private node address is refused (since 1.12)',
    checks: ['livekit.configuration'],
    broken: [[DOCTOR, 'that asks the internet for its address, and lets nobody be relayed']],
    explained: ['turn-peer-denied'],
  },
  {
    seen: "livekit's plain TURN port is open to others",
    checks: ['network.turn-plaintext'],
    broken: [[NETWORK, 'a plain TURN port that could not be closed is named']],
    explained: [],
  },
  {
    seen: '`net.core.rmem_max` below 5 MB',
    checks: ['machine.udp-buffer'],
    broken: [[MACHINE, 'a small UDP buffer is named where all media comes through one port']],
    explained: ['udp-buffer'],
  },
  {
    seen: 'few files may be open',
    checks: ['machine.open-files'],
    broken: [[MACHINE, 'few files that may be open are named, with the line for the unit']],
    explained: ['too-many-open-files'],
  },
  {
    seen: 'no memory or no processor left',
    checks: ['machine.memory', 'machine.cpu'],
    broken: [
      [MACHINE, 'whose control group has little memory left says so'],
      [MACHINE, 'whose processors are all taken while people meet says so'],
    ],
    explained: ['out-of-memory', 'cpu-short'],
  },
  {
    seen: 'recordings can not be written, or not for an hour',
    checks: ['recording.directory', 'data.directory'],
    broken: [
      [DOCTOR, 'a directory for recordings that can not be made is named'],
      [DOCTOR, 'a data directory that others may write to is named with the command'],
      [MACHINE, 'a disk without room for an hour of recording, or for more files, is named'],
    ],
    explained: ['recording-dir', 'disk-full'],
  },
  {
    seen: 'recordings are not composed, or without names',
    checks: ['recording.ffmpeg', 'recording.fonts'],
    broken: [
      [MACHINE, 'that recordings can not be composed is named, with the package'],
      [MACHINE, 'a machine without fonts is named, with the package'],
    ],
    explained: [],
  },
  {
    seen: 'the clock is not kept right, or jumped',
    checks: ['machine.clock'],
    broken: [
      [FAULTS, 'a clock that is set an hour on, and back'],
      [MACHINE, 'a clock that nobody keeps right is named with the command'],
    ],
    explained: ['clock-jumped'],
  },
  {
    seen: 'a certificate for another name, expired, or soon to be',
    checks: ['network.certificate'],
    broken: [
      [NETWORK, 'a certificate for another name is named with both'],
      [NETWORK, 'an expired certificate is named with its date'],
      [NETWORK, 'a certificate that ends in ten days, and that nobody renews'],
      ['test/e2e/acme.test.ts', 'a renewal that fails is named while there is time, and after'],
    ],
    explained: ['certificate-name', 'certificate-expired'],
  },
  {
    seen: 'an IPv6 address that leads nowhere',
    checks: ['network.ipv6'],
    broken: [[NETWORK, 'an IPv6 address that leads nowhere is named']],
    explained: ['ipv6-unrouted'],
  },
  {
    seen: 'two servers on one data directory',
    checks: ['data.lock'],
    broken: [[DOCTOR, 'a data directory in the hands of another daemon is named with its pid']],
    explained: ['data-dir-locked'],
  },
  {
    seen: 'the database is damaged',
    checks: ['data.database'],
    broken: [[DOCTOR, 'a damaged database is named']],
    explained: ['database-damaged'],
  },
  {
    seen: 'the database is held, the disk full, the data directory read-only',
    checks: ['data.writes', 'data.directory'],
    broken: [
      [FAULTS, 'a database that another program holds'],
      [FAULTS, 'a disk that is full'],
      [FAULTS, 'a data directory that became read-only'],
    ],
    explained: ['database-busy', 'database-read-only', 'data-dir-unwritable'],
  },
  {
    seen: 'DNS is silent: nothing outside can be found',
    checks: ['network.host-name', 'accounts.oidc'],
    broken: [
      [MACHINE, 'on a network where nothing answers, not even DNS'],
      [MACHINE, 'a provider for signing in that is not there is named'],
    ],
    explained: [],
  },
  {
    seen: 'backups fail, or are overdue',
    checks: ['data.backups'],
    broken: [[MACHINE, 'whose backups fail says why, with the job to retry']],
    explained: ['backup-failed'],
  },
  {
    seen: 'the provider for signing in is not there',
    checks: ['accounts.oidc'],
    broken: [[MACHINE, 'a provider for signing in that is not there is named']],
    explained: [],
  },
];
