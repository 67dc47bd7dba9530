import { wait } from '../../../lib/clock.ts';
import { describeJump } from '../../../lib/clock-watch.ts';
import { type Check, ok, skipped, warning } from '../../check.ts';

const LIMIT_MS = 1_500;

/** Row 15: tokens and certificates count on the time. */
export const clockCheck: Check = {
  id: 'machine.clock',
  title: 'The clock is steady and synchronised',
  async run({ clock, running }) {
    const jump = running?.clockJump();
    if (jump !== undefined) {
      return warning(`It was set ${describeJump(jump)} while didar runs, or the machine slept.`, {
        trouble: 'clock-jumped',
      });
    }
    if (Bun.which('timedatectl') === null) return skipped('There is no timedatectl to ask.');
    const child = Bun.spawn(['timedatectl', 'show', '-p', 'NTPSynchronized', '-p', 'NTP', '--value'], {
      stdin: 'ignore',
      stdout: 'pipe',
      stderr: 'ignore',
    });
    const answer = await Promise.race([new Response(child.stdout).text(), wait(clock, LIMIT_MS)]);
    if (answer === undefined) child.kill();
    const [ntp, synchronised] = (answer ?? '').trim().split('\n');
    if (synchronised === undefined) return skipped('systemd does not tell it here.');
    if (synchronised === 'yes') return ok('systemd says that it is synchronised.');
    return warning(`systemd says that it is not synchronised (NTP is ${ntp === 'yes' ? 'on' : 'off'}).`, {
      trouble: 'clock-skew',
      fix: 'timedatectl set-ntp true',
    });
  },
};
