import type { Trouble } from '../trouble.ts';

/** What keeps livekit-server from starting, other than its configuration. */
export const START_TROUBLES: readonly Trouble[] = [
  {
    id: 'port-in-use',
    signatures: [
      /listen (?:tcp|udp) \S*?:(\d+): bind: address already in use/,
      /port (\d+) is (?:already )?in use/i,
      /EADDRINUSE\S* (?:address already in use )?\S*:(\d+)/,
      /could not listen on TURN (?:UDP|TCP) port.*:(\d+): bind/,
    ],
    title: 'Port $1 is in use',
    cause: 'Another process already listens on port $1.',
    fix: 'Find it with "ss -lntup | grep :$1" and stop it, or change the key of that port: livekit.port (7880), livekit.tcpPort (7881), livekit.udpPorts, livekit.turn.udpPort (3478), server.port.',
    key: 'livekit.port',
  },
  {
    id: 'port-forbidden',
    signatures: [
      /listen (?:tcp|udp) \S*?:(\d+): bind: permission denied/,
      /port (\d+) may not be opened by this user/i,
    ],
    title: 'Port $1 may not be opened by this user',
    cause: 'Ports below 1024 need root or the capability CAP_NET_BIND_SERVICE.',
    fix: 'Run Didar as a service (sudo didar service install), or choose a port of 1024 or above.',
  },
  {
    id: 'address-unavailable',
    signatures: [
      /listen (?:tcp|udp) (\S+?):\d+: bind: cannot assign requested address/,
      /EADDRNOTAVAIL\S* (\S+)/,
    ],
    title: 'This machine has no address $1',
    cause: 'The bind address is on none of the interfaces of this machine.',
    fix: 'Set livekit.bind to 127.0.0.1 or 0.0.0.0, or to an address that "ip addr" shows.',
    key: 'livekit.bind',
  },
  {
    id: 'binary-unusable',
    signatures: [
      /posix_spawn '[^']*livekit[^']*'/,
      /livekit-server\S*: (?:not found|no such file|cannot execute|permission denied|exec format error)/i,
      /exec format error/i,
      /binary_(?:missing|not_executable|wrong_architecture|noexec|unusable)/,
      /embedded (?:livekit )?server (?:does|did) not start/i,
    ],
    title: 'The livekit-server binary cannot be run',
    cause: 'It is missing, not executable, built for another processor, or on a filesystem mounted noexec.',
    fix: 'Remove <data>/bin and start again to unpack it anew; put the data directory on a filesystem without noexec; or name another one in livekit.binary.',
    key: 'livekit.binary',
  },
  {
    id: 'start-too-slow',
    signatures: [/was not ready after (\S+ s) and was ended/],
    title: 'livekit-server did not answer within $1',
    cause:
      'The machine is overloaded, or its clock jumped: livekit-server calls itself ready only while its own statistics are fresh.',
    fix: 'Look at the load ("top") and the memory ("free -m"); Didar keeps trying.',
  },
  {
    id: 'too-many-open-files',
    signatures: [/too many open files|EMFILE/i],
    title: 'Too many open files',
    cause: 'Each connection takes a file descriptor, and the limit of the process is reached.',
    fix: 'Raise LimitNOFILE in the systemd unit (that of "didar service install" sets 1048576), or "ulimit -n 65536" in the shell.',
  },
  {
    id: 'out-of-memory',
    signatures: [/out of memory|runtime: cannot allocate memory|oom-kill/i],
    title: 'Not enough memory',
    cause: 'livekit-server asked for memory that the machine or its cgroup does not have.',
    fix: 'Give the machine or the container more memory, or lower rooms.maxParticipants.',
    key: 'rooms.maxParticipants',
  },
  {
    id: 'data-dir-locked',
    signatures: [/data_dir_locked|serves this data directory/],
    title: 'Another Didar serves this data directory',
    cause: "A data directory belongs to one daemon: two would overwrite one another's rooms and keys.",
    fix: 'Use the running one ("didar" attaches to it), stop it, or give this one another directory with --data.',
    key: 'data',
  },
  {
    id: 'livekit-panic',
    signatures: [/^panic: (.{1,120})/m, /^fatal error: (.{1,120})/m],
    title: 'livekit-server crashed: $1',
    cause: 'A fault in livekit-server itself.',
    fix: 'Didar starts it again. If it comes back, try another version with livekit.binary, and report it with the lines above and "didar version".',
    key: 'livekit.binary',
  },
];
