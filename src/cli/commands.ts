import type { Command } from 'commander';

/** A command as `didar --help` lists it; the file that makes it is loaded when it is the one that was asked for. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Left out of the help: for didar's own children. */
  readonly hidden?: boolean;
  readonly load: () => Promise<(program: Command) => void>;
}

/** In the order of the help. A new command is a file that exports `addName(program)`, and a line here. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'serve',
    summary: 'run the server in the foreground',
    load: async () => (await import('./serve.ts')).addServe,
  },
  {
    name: 'tui',
    summary: 'show the dashboard; starts the server first where none runs',
    load: async () => (await import('./tui.ts')).addTui,
  },
  {
    name: 'setup',
    summary: 'show the one-time code for the first admin',
    load: async () => (await import('./setup.ts')).addSetup,
  },
  {
    name: 'user',
    summary: 'accounts: create, invite, change, disable; their logins',
    load: async () => (await import('./user.ts')).addUser,
  },
  {
    name: 'token',
    summary: 'create and revoke API tokens',
    load: async () => (await import('./token.ts')).addToken,
  },
  {
    name: 'record',
    summary: 'record a meeting; list, fetch and delete recordings',
    load: async () => (await import('./record.ts')).addRecord,
  },
  {
    name: 'job',
    summary: 'see, retry and cancel what is done in the background',
    load: async () => (await import('./job.ts')).addJob,
  },
  {
    name: 'room',
    summary: 'create rooms, invite; see, mute, kick and admit people',
    load: async () => (await import('./room.ts')).addRoom,
  },
  {
    name: 'profile',
    summary: 'short names for servers elsewhere, for --profile',
    load: async () => (await import('./profile.ts')).addProfile,
  },
  {
    name: 'event',
    summary: 'see, follow and export what happened: the audit',
    load: async () => (await import('./event.ts')).addEvent,
  },
  {
    name: 'webhook',
    summary: 'send events to other programs; see and repeat deliveries',
    load: async () => (await import('./webhook.ts')).addWebhook,
  },
  {
    name: 'config',
    summary: 'check and show the configuration',
    load: async () => (await import('./config.ts')).addConfig,
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong, and say how to mend it',
    load: async () => (await import('./doctor.ts')).addDoctor,
  },
  {
    name: 'explain',
    summary: 'explain a log line or an error text',
    load: async () => (await import('./explain.ts')).addExplain,
  },
  {
    name: 'probe',
    summary: 'check from this machine whether people can reach a server',
    load: async () => (await import('./probe.ts')).addProbe,
  },
  {
    name: 'log',
    summary: 'show the newest log lines; change the log level',
    load: async () => (await import('./log.ts')).addLog,
  },
  {
    name: 'bugreport',
    summary: 'put all that helps to find a fault into one file',
    load: async () => (await import('./bugreport.ts')).addBugreport,
  },
  {
    name: 'metrics',
    summary: 'figures for Prometheus; a Grafana dashboard, alert rules',
    load: async () => (await import('./metrics.ts')).addMetrics,
  },
  {
    name: 'backup',
    summary: 'back up everything into one file, while the server runs',
    load: async () => (await import('./backup.ts')).addBackup,
  },
  {
    name: 'restore',
    summary: 'restore a backup',
    load: async () => (await import('./restore.ts')).addRestore,
  },
  {
    name: 'upgrade',
    summary: 'another version in place of this one, or this one again',
    load: async () => (await import('./upgrade.ts')).addUpgrade,
  },
  {
    name: 'service',
    summary: 'install as a service of systemd; see its state and log',
    load: async () => (await import('./service.ts')).addService,
  },
  {
    name: 'version',
    summary: 'tell the versions of didar, Bun and livekit-server',
    load: async () => (await import('./version.ts')).addVersion,
  },
  {
    name: 'licenses',
    summary: 'print the licences of everything in the executable',
    load: async () => (await import('./licenses.ts')).addLicenses,
  },
  {
    name: 'completion',
    summary: 'let bash, zsh or fish complete commands and options',
    load: async () => {
      const { addCompletion } = await import('./completion.ts');
      return (program) => addCompletion(program, COMMANDS);
    },
  },
  {
    name: 'man',
    summary: 'print the manual page',
    load: async () => {
      const { addMan } = await import('./man.ts');
      return (program) => addMan(program, COMMANDS);
    },
  },
  {
    name: 'help',
    summary: 'tell about a command or a topic',
    load: async () => {
      const { addHelp } = await import('./help.ts');
      return (program) => addHelp(program, COMMANDS);
    },
  },
  {
    name: 'unpack-livekit',
    summary: 'unpack the bundled livekit-server',
    hidden: true,
    load: async () => (await import('./unpack-livekit.ts')).addUnpackLiveKit,
  },
  {
    name: 'guard-turn',
    summary: "close livekit's plain TURN port before the service starts",
    hidden: true,
    load: async () => (await import('./guard-turn.ts')).addGuardTurn,
  },
  {
    name: 'recorder',
    summary: 'record one room',
    hidden: true,
    load: async () => (await import('./recorder.ts')).addRecorder,
  },
  {
    name: 'migrate',
    summary: 'migrate a copy of the database',
    hidden: true,
    load: async () => (await import('./migrate.ts')).addMigrate,
  },
  {
    name: 'upgrade-undo',
    summary: 'take back an upgrade that was cut off',
    hidden: true,
    load: async () => (await import('./upgrade-undo.ts')).addUpgradeUndo,
  },
  {
    name: 'archive',
    summary: 'make a backup',
    hidden: true,
    load: async () => (await import('./archive.ts')).addArchive,
  },
];
