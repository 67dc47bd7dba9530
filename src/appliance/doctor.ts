import type { Finding } from '../doctor/diagnose.ts';
import type { RunningServer, Subject } from '../doctor/subject.ts';

export interface DoctorOptions extends Pick<Subject, 'config' | 'reload' | 'env' | 'clock'> {
  /** What this daemon knows of itself, asked at each examination. */
  readonly running: () => Omit<RunningServer, keyof Instruments>;
}

/** What an examination works with, of services that know nothing of it. */
export type Instruments = Pick<
  RunningServer,
  'testNetwork' | 'webhookAbout' | 'recordingsOnRecord' | 'checkEgress'
>;

/** The daemon's examination of itself. */
export type Doctor = (instruments: Instruments) => Promise<readonly Finding[]>;

/** The checks are loaded when somebody asks for them. */
export function createDoctor({ running, ...options }: DoctorOptions): Doctor {
  return async (instruments) => {
    const { diagnose } = await import('../doctor/diagnose.ts');
    return diagnose({ ...options, running: { ...running(), ...instruments } });
  };
}
