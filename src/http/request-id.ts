import { randomBytes } from 'node:crypto';

const SANE = /^[\w.:-]{1,64}$/;
const START = randomBytes(5).toString('hex');
let count = 0;

/** The id under which a request is logged and answered: the client's or its proxy's own when it is a sane one. */
export function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id');
  if (given !== null && SANE.test(given)) return given;
  count += 1;
  return `${START}-${count.toString(36)}`;
}
