import { EXIT } from '../../lib/exit-codes.ts';
import { PENDING_FILE } from '../../upgrade/pending.ts';
import { previousOf } from '../../upgrade/swap.ts';
import { ACCOUNT, PLACES } from './places.ts';

export interface UnitOptions {
  /** Absolute paths. */
  readonly executable: string;
  readonly config: string;
  readonly data: string;
  /** Directories besides the service's own that it writes to. */
  readonly writable: readonly string[];
  /** Whether one of its ports is below 1024. */
  readonly lowPorts: boolean;
  /** Milliseconds that a stop waits for people to leave. */
  readonly drainLimit: number;
  /** As systemd writes it: `2G`, `75%`. */
  readonly memoryMax?: string | undefined;
}

/** What a stop needs after people have left: files are closed, streams ended, the media server stopped. */
const STOP_RESERVE_S = 30;
/** What a restart would not mend: a wrong command line, missing rights, a bad configuration. */
const NO_RESTART = [EXIT.usage, EXIT.notPermitted, EXIT.badConfig];

/** The unit of the service: systemd.service(5) and systemd.exec(5) have each word. */
export function unitFile(options: UnitOptions): string {
  const { executable, config, data, drainLimit, memoryMax } = options;
  const guard = `${executable} guard-turn --config ${config}`;
  return `# Written by "didar service install". Change it by a drop-in, which no installation touches: systemctl edit didar
[Unit]
Description=Didar video meetings
After=network-online.target nss-lookup.target time-sync.target
Wants=network-online.target
StartLimitIntervalSec=10min
StartLimitBurst=10

[Service]
Type=notify
NotifyAccess=main
# As root (+): livekit's plain TURN port is closed to other machines. Where that can't be done (-) the doctor says so.
ExecStartPre=+-${guard} --leave-in ${PLACES.runtime}
ExecStart=${executable} serve --config ${config}
# A new version that fails before its upgrade was over, as after a power cut, is taken back by the one before.
ExecStopPost=+-/bin/sh -c '[ ! -e "$$0" ] || exec ${previousOf(executable)} upgrade-undo --config ${config}' ${quoted(`${data}/${PENDING_FILE}`)}
ExecStopPost=+-${guard} --release
User=${ACCOUNT}
Group=${ACCOUNT}
EnvironmentFile=-${PLACES.environment}
StateDirectory=didar
StateDirectoryMode=0700
RuntimeDirectory=didar
RuntimeDirectoryMode=0700
UMask=0077
TimeoutStartSec=5min
WatchdogSec=60
# Only didar is told to stop, and it lets people leave first: longer than server.drainLimit.
KillMode=mixed
TimeoutStopSec=${Math.ceil(drainLimit / 1000) + STOP_RESERVE_S}
Restart=on-failure
# Where the kernel ends a child for want of memory, didar starts that again: the others stay in their meetings.
OOMPolicy=continue
RestartSec=2
RestartPreventExitStatus=${NO_RESTART.join(' ')}
LimitNOFILE=1048576
${memoryMax === undefined ? '' : `MemoryMax=${memoryMax}\n`}
${hardening(options)}
[Install]
WantedBy=multi-user.target
`;
}

/** A word that systemd takes as it is (systemd.service(5), COMMAND LINES). */
function quoted(word: string): string {
  return JSON.stringify(word.replaceAll('%', '%%').replaceAll('$', '$$$$'));
}

/** Everything that is not needed is taken away. Writable code stays allowed: JavaScript is compiled as it runs. */
function hardening({ writable, lowPorts }: UnitOptions): string {
  const capability = lowPorts ? 'CAP_NET_BIND_SERVICE' : '';
  const isAtHome = writable.some((path) => /^\/(home|root|run\/user)(\/|$)/.test(path));
  return `AmbientCapabilities=${capability}
CapabilityBoundingSet=${capability}
NoNewPrivileges=yes
ProtectSystem=strict
${writable.map((path) => `ReadWritePaths=${path}\n`).join('')}ProtectHome=${isAtHome ? 'read-only' : 'yes'}
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged
SystemCallErrorNumber=EPERM
`;
}
