import { describe, expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProcess } from '../../../test/harness/process.ts';
import { unitFile } from './unit.ts';

const OPTIONS = {
  executable: '/bin/true',
  config: '/etc/didar/config.yaml',
  data: '/var/lib/didar',
  writable: [],
  lowPorts: true,
  drainLimit: 60_000,
};

test('the service waits longer than people may take to leave, and a bad configuration is not tried again', () => {
  const unit = unitFile({ ...OPTIONS, drainLimit: 600_000 });
  expect(unit).toContain('\nTimeoutStopSec=630\n');
  expect(unit).toContain('\nRestartPreventExitStatus=2 77 78\n');
});

test('a port from 1024 needs no capability, and data elsewhere may be written to', () => {
  const unit = unitFile({ ...OPTIONS, lowPorts: false, writable: ['/home/x/data'], memoryMax: '2G' });
  expect(unit).toContain('\nAmbientCapabilities=\nCapabilityBoundingSet=\n');
  expect(unit).toContain('\nReadWritePaths=/home/x/data\nProtectHome=read-only\n');
  expect(unit).toContain('\nMemoryMax=2G\n');
});

const LIMIT_MS = 60_000;

/** As systemd-analyze counts it: 0.0 to 10.0. */
const EXPOSURE_LIMIT = 2;

describe.skipIf(Bun.which('systemd-analyze') === null)(
  'with the systemd of this machine (systemd-analyze)',
  () => {
    const analyze = async (...command: string[]) => {
      const directory = await mkdtemp(join(tmpdir(), 'didar-unit-'));
      try {
        const file = join(directory, 'didar.service');
        await writeFile(file, unitFile({ ...OPTIONS, memoryMax: '2G', writable: ['/tmp'] }));
        const env = { ...process.env, LC_ALL: 'C' };
        return await runProcess({ command: ['systemd-analyze', ...command, file], env });
      } finally {
        await rm(directory, { recursive: true });
      }
    };

    test(
      'the unit has no word that systemd does not know',
      async () => {
        const { stderr, code } = await analyze('verify');
        // what it says of the machine's other units is not ours
        expect(stderr.split('\n').filter((line) => line.includes('didar'))).toEqual([]);
        expect(code).toBe(0);
      },
      LIMIT_MS,
    );

    test(
      `its exposure is below ${EXPOSURE_LIMIT}`,
      async () => {
        const { stdout } = await analyze('security', '--offline=yes', '--no-pager');
        const exposure = /Overall exposure level for didar\.service: ([\d.]+)/.exec(stdout)?.[1];
        expect(Number(exposure)).toBeGreaterThan(0);
        expect(Number(exposure)).toBeLessThan(EXPOSURE_LIMIT);
      },
      LIMIT_MS,
    );
  },
);
