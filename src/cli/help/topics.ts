import type { Topic } from './topic.ts';

/** In the order in which who sets up a server needs them. A new topic is a file in `topics`, and a line here. */
export const TOPICS: readonly Topic[] = [
  {
    name: 'config',
    summary: 'where the configuration comes from, and every key',
    load: async () => (await import('./topics/config.ts')).configTopic,
  },
  {
    name: 'environment',
    summary: 'variables, files and directories',
    load: async () => (await import('./topics/environment.ts')).environmentTopic,
  },
  {
    name: 'firewall',
    summary: 'the ports that people have to reach',
    load: async () => (await import('./topics/firewall.ts')).firewallTopic,
  },
  {
    name: 'tls',
    summary: 'certificates, and one port for everything',
    load: async () => (await import('./topics/tls.ts')).tlsTopic,
  },
  {
    name: 'roles',
    summary: 'who may do what in a room',
    load: async () => (await import('./topics/roles.ts')).rolesTopic,
  },
  {
    name: 'recording',
    summary: 'how meetings are recorded, and where that goes',
    load: async () => (await import('./topics/recording.ts')).recordingTopic,
  },
  {
    name: 'backup',
    summary: 'backups, restoring, and what is in them',
    load: async () => (await import('./topics/backup.ts')).backupTopic,
  },
  {
    name: 'troubles',
    summary: 'what to do when something is wrong; all checks',
    load: async () => (await import('./topics/troubles.ts')).troublesTopic,
  },
  {
    name: 'api',
    summary: 'for programs: the API, tokens, events, webhooks',
    load: async () => (await import('./topics/api.ts')).apiTopic,
  },
  {
    name: 'exit-codes',
    summary: 'what a command ends with',
    load: async () => (await import('./topics/exit-codes.ts')).exitCodesTopic,
  },
];

/** The list of topics, as it stands below the commands. */
export function topicList(): string {
  const width = Math.max(...TOPICS.map(({ name }) => name.length));
  const rows = TOPICS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return ['\nTopics, to be read with "didar help TOPIC":', ...rows].join('\n');
}

/** The texts of all topics, in their order. */
export function everyTopic(): Promise<readonly string[]> {
  return Promise.all(TOPICS.map(async ({ load }) => (await load())()));
}
