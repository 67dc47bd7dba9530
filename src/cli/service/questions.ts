import { isIP } from 'node:net';
import { DomainError } from '../../lib/errors.ts';
import { ask } from '../lib/prompt.ts';
import type { Answers } from './config-file.ts';

export interface GivenAnswers {
  readonly host?: string;
  readonly email?: string;
  readonly tls?: string;
  readonly port?: string;
  readonly data?: string;
}

/**
 * What the first configuration has to say, from the options, else from the person at the terminal.
 * @throws DomainError `usage` when neither says the host
 */
export async function answersFrom(given: GivenAnswers, isTerminal: boolean): Promise<Answers> {
  const host = given.host ?? (isTerminal ? (await ask('Host name, as in https://NAME: ')).trim() : '');
  if (host === '') {
    throw new DomainError('usage', 'the server needs a name', {
      fix: 'give --host meet.example.org, or the address of this machine, with --tls off',
    });
  }
  const tls = given.tls ?? (isIP(host) === 0 ? 'acme' : 'off');
  const asks = tls === 'acme' && given.email === undefined && isTerminal;
  const email = given.email ?? (asks ? (await ask("E-mail for Let's Encrypt (may be empty): ")).trim() : '');
  return { ...given, host, tls, email: email === '' ? undefined : email };
}
