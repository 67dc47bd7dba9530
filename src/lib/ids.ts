import { createHash, randomBytes, randomInt } from 'node:crypto';

const LETTERS = 'abcdefghijkmnpqrstuvwxyz';

/** A sortable, unguessable id with its kind in front: `u_01jd…`. 48 bits of time, 72 of chance. */
export function newId(prefix: string, now = Date.now()): string {
  return `${prefix}_${now.toString(36).padStart(9, '0')}${randomText(14)}`;
}

/** What the first admin types in once: `abcd-efgh-jkmn`, 55 bits of chance. */
export function newSetupCode(): string {
  return [4, 4, 4].map((length) => randomText(length, LETTERS)).join('-');
}
export const SETUP_CODE = /^[a-z]{4}-[a-z]{4}-[a-z]{4}$/;

/** `bytes` of chance as base64url; for keys, tokens and secrets. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** A room name that can be said aloud: `abc-defg-hij`. */
export function newRoomName(): string {
  return [3, 4, 3].map((length) => randomText(length, LETTERS)).join('-');
}

/** SHA-256 as base64url: how refresh tokens and API tokens are stored. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

function randomText(length: number, alphabet = '0123456789abcdefghijklmnopqrstuvwxyz'): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
