import type { Finding } from '../doctor/diagnose.ts';
import type { RunningServer, Subject } from '../doctor/subject.ts';

export interface DoctorOptions extends Pick<Subject, 'config' | 'reload' | 'env' | 'clock'> {
  /** What this daemon knows of itself, asked at each examination. */
  readonly running: () => Omit<RunningServer, keyof Instruments>;
}

/** What an examination works with, of services that know nothing of it. */
export type Instruments = Pick<
  RunningServer,
  'testNetwork' | 'webhookAbout' | 'recordingsOnRecord' | 'checkEgress' | 'lingeringRooms' | 'backupsNow'
>;

/** The daemon's examination of itself: all of it, or only how its network is set up. */
export type Doctor = (instruments: Instruments, part?: 'network') => Promise<readonly Finding[]>;

/** The checks are loaded when somebody asks for them. */
export function createDoctor({ running, ...options }: DoctorOptions): Doctor {
  return async (instruments, part) => {
    const [{ diagnose }, { networkSetUpChecks }] = await Promise.all([
      import('../doctor/diagnose.ts'),
      import('../doctor/checks/network/set-up.ts'),
    ]);
    return diagnose({
      ...options,
      running: { ...running(), ...instruments },
      ...(part === 'network' && { checks: networkSetUpChecks }),
    });
  };
}
