import { DomainError } from '../../lib/errors.ts';

/** What leads the lists of leaked passwords; with digits or signs behind it, it is guessed as soon. */
const COMMON_WORDS = new Set(
  `password passwort password1 passw0rd p@ssword p@ssw0rd pass1234 qwerty qwertyui qwertyuiop qwerty1 qwertz azerty
  asdfghjk asdfghjkl asdf1234 zxcvbnm 1qaz2wsx qazwsx qazwsxedc 1q2w3e4r 1q2w3e4r5t q1w2e3r4 a1b2c3d4 abcdefgh abcd1234
  abc12345 iloveyou sunshine princess football baseball basketball superman batman trustno1 welcome letmein dragon monkey
  master shadow michael jennifer jessica ashley charlie daniel jordan michelle computer internet starwars whatever
  freedom liverpool chelsea arsenal barcelona samsung google facebook pokemon minecraft cheese chocolate butterfly
  summer winter spring autumn secret changeme default administrator admin adminadmin root toor guest test testtest
  tester login access hello helloworld lovely flower hunter killer pepper ginger cookie maggie mustang corvette ferrari
  mercedes didar meeting`.split(/\s+/),
);
const COMMON_NUMBERS = new Set(
  `12345678 123456789 1234567890 0123456789 012345678 87654321 987654321 0987654321 11223344 112233445566 123123123
  12341234 1234512345 123456123456 123321123 147258369 159753456 789456123 741852963 1020304050 12344321 123454321
  31415926 20202020 10101010 12121212 69696969`.split(/\s+/),
);

/** Throws `password_weak` for a password that is among the first that anyone tries. */
export function refuseCommonPassword(password: string): void {
  const plain = password.trim().toLowerCase();
  const word = plain.replace(/[\d\W_]+$/, '');
  const isOneCharacter = new Set(plain).size <= 1;
  if (!isOneCharacter && !COMMON_WORDS.has(plain) && !COMMON_WORDS.has(word) && !COMMON_NUMBERS.has(plain))
    return;
  throw new DomainError('password_weak', 'This password is one of the first that anyone tries.', {
    fix: 'Take another: several words, or what a password manager makes up.',
  });
}
