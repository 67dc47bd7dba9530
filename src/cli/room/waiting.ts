import type { Command } from 'commander';
import { DomainError } from '../../lib/errors.ts';
import type { Page } from '../../lib/schema.ts';
import type { Waiting } from '../../modules/waiting/model.ts';
import { allPages } from '../lib/all-pages.ts';
import { addClientOptions, type ClientOptions, clientFor } from '../lib/client-options.ts';
import { print, printJson, printTable } from '../lib/output.ts';
import { path } from './life.ts';

const STATES = ['waiting', 'admitted', 'refused'];
const DENIAL = /^d_/;

/** `room waiting`, `admit`, `refuse`. */
export function addRoomWaiting(room: Command): void {
  addClientOptions(room.command('waiting').argument('<room>'))
    .description('Lists who waits to be let into a room.')
    .option(
      '--state <state>',
      `or about whom it was decided in this meeting: ${STATES.join(', ')}`,
      'waiting',
    )
    .action(async (name: string, options: ClientOptions & { state: string }) => {
      const { state } = options;
      if (!STATES.includes(state)) {
        throw new DomainError('usage', `--state ${state}: there is no such state.`, {
          fix: `Give one of ${STATES.join(', ')}.`,
        });
      }
      const client = await clientFor(options);
      const people = await allPages((cursor) =>
        client.request<Page<Waiting>>('GET', path(name, `/waiting?limit=500&state=${state}&${cursor}`)),
      );
      if (options.json) return printJson(people);
      printTable(
        [
          { title: 'identity', value: (p) => p.identity },
          { title: 'name', value: (p) => p.name },
          { title: 'state', value: (p) => p.state },
          { title: 'since', value: (p) => p.since },
          { title: 'by', value: (p) => p.decidedBy ?? undefined },
        ],
        people,
        state === 'waiting' ? `Nobody waits to be let into ${name}.` : `Nobody was ${state} in this meeting.`,
      );
    });

  addClientOptions(
    room
      .command('admit')
      .argument('<room>')
      .argument('<who>', 'an identity, see waiting; or a denial, see denials'),
  )
    .description('Lets someone in who waits or was refused, or again who was kicked or banned.')
    .action(async (name: string, who: string, options: ClientOptions) => {
      const client = await clientFor(options);
      if (DENIAL.test(who)) {
        await client.request('DELETE', path(name, `/denials/${encodeURIComponent(who)}`));
        if (options.json) printJson({ lifted: who });
        else print(`lifted ${who}`);
        return;
      }
      const answer = await client.request<Waiting>('POST', decisionPath(name, who, 'admit'));
      if (options.json) printJson(answer);
      else print(`admitted ${answer.name} (${who})`);
    });

  addClientOptions(room.command('refuse').argument('<room>').argument('<identity>', 'see waiting'))
    .description('Keeps someone out until the meeting is over, who waits or was let in.')
    .action(async (name: string, identity: string, options: ClientOptions) => {
      const client = await clientFor(options);
      const answer = await client.request<Waiting>('POST', decisionPath(name, identity, 'refuse'));
      if (options.json) printJson(answer);
      else print(`refused ${answer.name} (${identity})`);
    });
}

function decisionPath(room: string, identity: string, verb: 'admit' | 'refuse'): string {
  return path(room, `/participants/${encodeURIComponent(identity)}/${verb}`);
}
