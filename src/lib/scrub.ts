const HIDDEN = '(hidden)';

/** What secrets look like, wherever they stand; the part to keep is captured. */
const SECRETS: readonly RegExp[] = [
  // Signed tokens: access, refresh, join, guest.
  /()\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g,
  /\b(didar_|whsec_)[\w+/=-]{16,}/g,
  /\b(Bearer\s+|Basic\s+)[\w.+/=-]{8,}/gi,
  /(\b\w+:\/\/[^\s:/@]*:)[^\s@/]+(?=@)/g,
  /(["']?\b\w*(?:password|secret|credential|apiKey|accessKeyId|setupCode)\w*["']?\s*[:=]\s*["']?)(?!\(hidden\)|true|false|null)[^\s"',}]{4,}/gi,
  /([?&](?:token|access_token|password|code|state|invite|X-Amz-\w+)=)[^&\s"']+/gi,
];
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;

/** A text with everything taken out that looks like a secret, and e-mail addresses: for what is passed on to others. */
export function scrub(text: string): string {
  return SECRETS.reduce((left, secret) => left.replace(secret, `$1${HIDDEN}`), text).replace(
    EMAIL,
    '(email)',
  );
}
