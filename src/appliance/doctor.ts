import type { Finding } from '../doctor/diagnose.ts';
import type { RunningServer, Subject } from '../doctor/subject.ts';

export interface DoctorOptions extends Pick<Subject, 'config' | 'reload' | 'env' | 'clock'> {
  /** What this daemon knows of itself, asked at each examination. */
  readonly running: () => RunningServer;
}

/** The daemon's own examination. The checks are loaded when somebody asks for them. */
export function createDoctor({ running, ...options }: DoctorOptions): () => Promise<readonly Finding[]> {
  return async () => {
    const { diagnose } = await import('../doctor/diagnose.ts');
    return diagnose({ ...options, running: running() });
  };
}
