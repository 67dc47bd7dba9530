import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { DomainError } from '../../lib/errors.ts';
import { ask } from '../lib/prompt.ts';
import type { Answers } from './config-file.ts';
import { PLACES } from './places.ts';

export interface GivenAnswers {
  readonly host?: string;
  readonly email?: string;
  readonly tls?: string;
  readonly port?: string;
  readonly data?: string;
}

/**
 * What the first configuration has to say, from the options, else from the person at the terminal.
 * @throws DomainError `usage` when neither says the host, or the directory of the data is not absolute
 */
export async function answersFrom(given: GivenAnswers, isTerminal: boolean): Promise<Answers> {
  const host = given.host ?? (isTerminal ? (await ask('Host name, as in https://NAME: ')).trim() : '');
  if (host === '') {
    throw new DomainError('usage', 'the server needs a name', {
      fix: 'give --host meet.example.org, or the address of this machine, with --tls off',
    });
  }
  if (given.data !== undefined && !isAbsolute(given.data)) {
    throw new DomainError('usage', `--data ${given.data} is no absolute path`, {
      fix: `write it from the root on, like ${PLACES.data}`,
    });
  }
  const tls = given.tls ?? (isIP(host) === 0 ? 'acme' : 'off');
  const asks = tls === 'acme' && given.email === undefined && isTerminal;
  const email = given.email ?? (asks ? (await ask("E-mail for Let's Encrypt (may be empty): ")).trim() : '');
  return { ...given, host, tls, email: email === '' ? undefined : email };
}
