import { expect, test } from 'bun:test';
import { parseUfw, reachThroughUfw } from './ufw.ts';

/** As ufw 0.36.2 says it. */
const status = (incoming: string, rows = '') => `Status: active
Logging: on (low)
Default: ${incoming} (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW IN    Anywhere                  
443                        ALLOW IN    Anywhere                  
50000:60000/udp            ALLOW IN    Anywhere                   # didar
7881/tcp                   ALLOW IN    10.0.0.0/8                
${rows}22/tcp (v6)                ALLOW IN    Anywhere (v6)             
50000:60000/udp (v6)       ALLOW IN    Anywhere (v6)              # didar
`;

const reach = (text: string, protocol: 'tcp' | 'udp', port: number) => {
  const ufw = parseUfw(text);
  return ufw && reachThroughUfw(ufw, { protocol, port });
};

test('what ufw lets everybody in to is open', () => {
  expect(reach(status('deny'), 'tcp', 443)).toBe('open');
  expect(reach(status('deny'), 'udp', 443)).toBe('open');
  expect(reach(status('deny'), 'udp', 55_000)).toBe('open');
});

test('what no rule lets in is closed, or open where that is the default', () => {
  const plain = status('deny').replace(/^7881.*\n/m, '');
  expect(reach(plain, 'udp', 3478)).toBe('closed');
  expect(reach(plain, 'tcp', 55_000)).toBe('closed');
  expect(reach(plain.replace('deny', 'allow'), 'udp', 3478)).toBe('open');
});

test('what depends on who comes, or on the name of an application, is not judged', () => {
  expect(reach(status('deny'), 'tcp', 7881)).toBe('unclear');
  const named = 'Nginx Full                 ALLOW IN    Anywhere                  \n';
  expect(reach(status('deny', named), 'tcp', 80)).toBe('unclear');
});

test('one that is off, or may not be asked, says nothing', () => {
  expect(parseUfw('Status: inactive\n')).toBeUndefined();
  expect(parseUfw('ERROR: You need to be root to run this script\n')).toBeUndefined();
});
