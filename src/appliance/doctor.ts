import type { Finding } from '../doctor/diagnose.ts';
import type { RunningServer, Subject } from '../doctor/subject.ts';

export interface DoctorOptions extends Pick<Subject, 'config' | 'reload' | 'env' | 'clock'> {
  /** What this daemon knows of itself, asked at each examination. */
  readonly running: () => Omit<RunningServer, 'testNetwork'>;
}

/** The daemon's examination of itself. */
export type Doctor = (testNetwork: RunningServer['testNetwork']) => Promise<readonly Finding[]>;

/** The checks are loaded when somebody asks for them. */
export function createDoctor({ running, ...options }: DoctorOptions): Doctor {
  return async (testNetwork) => {
    const { diagnose } = await import('../doctor/diagnose.ts');
    return diagnose({ ...options, running: { ...running(), testNetwork } });
  };
}
