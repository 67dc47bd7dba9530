import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Config } from '../../config/config.ts';
import { bundle } from '../../lib/bundle.ts';
import { DomainError } from '../../lib/errors.ts';
import { type DetectedAddresses, detectAddresses } from '../../network/addresses/detect.ts';
import { readRuleset } from '../../network/firewall/read-ruleset.ts';
import { print } from '../lib/output.ts';
import { configFile, futureConfig } from './config-file.ts';
import { type FirewallPlan, planFirewall } from './firewall.ts';
import { contentOf, isImage, type Machine, realMachine } from './machine.ts';
import { nameProblems } from './name.ts';
import { PLACES } from './places.ts';
import { planInstall } from './plan-install.ts';
import { publicPorts, showPort } from './ports.ts';
import { answersFrom, type GivenAnswers } from './questions.ts';
import { requireRoot } from './require-root.ts';
import { describeStep, doStep, type Step } from './step.ts';

interface Options extends GivenAnswers {
  readonly memoryMax?: string;
  readonly openFirewall?: boolean;
  readonly executable?: string;
  readonly start: boolean;
  readonly root: string;
  readonly dryRun?: boolean;
}

/** `didar service install`. */
export function addInstall(service: Command): void {
  service
    .command('install')
    .description(
      'Installs didar as a service: account, unit, first configuration. What you changed stays as it is.',
    )
    .option('--host <host>', 'public name or address; asked for on a terminal')
    .option('--email <email>', "contact for Let's Encrypt")
    .option('--tls <mode>', 'off, acme, self-signed (default: acme for a name, off for an address)')
    .option('--port <port>', 'port of API, page and signalling (default: 443 with TLS, else 8090)')
    .option('--data <dir>', `directory of the data (default: ${PLACES.data})`)
    .option('--memory-max <size>', 'limit of its memory: 2G, 75%', parseMemory)
    .option('--open-firewall', 'let people in through ufw, firewalld or nftables')
    .option('--executable <file>', 'the program to install (default: this one)')
    .option('--no-start', 'enable it, but start it later')
    .option('--root <dir>', 'install into the file tree of another machine, to be started there', '/')
    .option('--dry-run', 'print every file and command, and change nothing')
    .action(install);
}

async function install(options: Options): Promise<void> {
  const { dryRun = false, openFirewall = false } = options;
  const machine = realMachine(resolve(options.root));
  if (!dryRun) requireRoot(machine);
  const isFirst = (await contentOf(machine, PLACES.config)) === undefined;
  const newConfig = isFirst
    ? configFile(await answersFrom(options, process.stdin.isTTY === true))
    : undefined;
  const config = await futureConfig(machine, newConfig);
  const addresses = await detectAddresses(config);
  const firewall = await firewallOf(machine, config, addresses);
  const plan = await planInstall({
    machine,
    config,
    newConfig,
    executable: await programOf(options.executable),
    memoryMax: options.memoryMax,
    opened: openFirewall ? firewall.opened : undefined,
    start: options.start,
  });

  const steps = inOrder(plan.steps, openFirewall ? firewall.steps : []);
  if (dryRun) print('Nothing is changed. This is what would be done:');
  for (const step of steps) {
    print(describeStep(step));
    if (dryRun) printContent(step);
    else await doStep(step, machine);
  }
  for (const kept of plan.kept) print(`kept    ${kept}`);
  if (steps.length === 0) print('Everything is installed already.');

  const ports = publicPorts(config).map((port) => showPort(port));
  print('\nLeft for you:');
  for (const item of [
    ...(isFirst ? [] : ignored(options)),
    ...(isImage(machine) ? [] : nameProblems(config, addresses)),
    ...firewallLeft(firewall, openFirewall),
    `A firewall outside of this machine must let in ${ports.join(', ')}`,
    ...plan.left,
    ...(isFirst ? FIRST_DAY : []),
  ]) {
    print(`- ${item}`);
  }
}

/** The firewall before the start: for its certificate a service may need port 80. Yet after the directories are made. */
function inOrder(steps: readonly Step[], firewall: readonly Step[]): readonly Step[] {
  const at = steps.findIndex((step) => step.kind === 'command' && step.command[0] === 'systemctl');
  return at < 0 ? [...steps, ...firewall] : [...steps.slice(0, at), ...firewall, ...steps.slice(at)];
}

const FIRST_DAY = [
  'Make the first admin: sudo didar user create --role admin --email YOU',
  'See whether all is well: sudo didar doctor',
];

/** An image has the firewall of the machine that it will be. */
async function firewallOf(
  machine: Machine,
  config: Config,
  { nodeIP, facts }: DetectedAddresses,
): Promise<FirewallPlan> {
  if (isImage(machine)) return { steps: [], left: [] };
  const ours = facts.interfaces.find(({ address }) => address === nodeIP);
  return planFirewall({
    machine,
    ports: publicPorts(config),
    readRuleset,
    interfaceName: ours?.name ?? 'eth0',
  });
}

function firewallLeft({ opened, steps, left }: FirewallPlan, isOpened: boolean): readonly string[] {
  if (isOpened || steps.length === 0) return left;
  return [`Let people in through ${opened?.by}: the same command with --open-firewall`];
}

/** What was given for a first configuration where there is one. */
function ignored({ host, email, tls, port, data }: Options): readonly string[] {
  const flags = Object.entries({ host, email, tls, port, data }).filter(([, value]) => value !== undefined);
  if (flags.length === 0) return [];
  const names = flags.map(([name]) => `--${name}`).join(', ');
  return [`Set in ${PLACES.config} yourself, since that file is yours: ${names}`];
}

async function programOf(explicit: string | undefined): Promise<string> {
  if (explicit === undefined && bundle) return process.execPath;
  if (explicit === undefined) {
    throw new DomainError('usage', 'run from source there is no executable to install', {
      fix: 'run ./scripts/build, then dist/didar service install, or name one with --executable',
    });
  }
  const path = resolve(explicit);
  if (await Bun.file(path).exists()) return path;
  throw new DomainError('usage', `there is no file ${path} to install`, {
    fix: 'name the executable with --executable, or leave that out to install this one',
  });
}

/** As systemd.resource-control(5) has it. */
function parseMemory(text: string): string {
  if (/^(\d+(\.\d+)?[KMGT]?|\d{1,3}%|infinity)$/.test(text)) return text;
  throw new InvalidArgumentError('It must be bytes as 800M or 2G, a part of the memory as 75%, or infinity.');
}

function printContent(step: Step): void {
  if (step.kind !== 'file') return;
  print(step.content.trimEnd().replace(/^/gm, '        | '));
}
