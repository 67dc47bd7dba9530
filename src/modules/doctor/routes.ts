import { Elysia } from 'elysia';
import { authorize } from '../../access/decide.ts';
import { requestContext } from '../../access/request-context.ts';
import type { Finding } from '../../doctor/diagnose.ts';
import { Diagnosis } from './model.ts';

export interface DoctorDeps {
  readonly diagnose: () => Promise<readonly Finding[]>;
}

/** `POST /api/system/doctor`. Who asks while it is being looked at gets the same answer. */
export function doctorRoutes({ diagnose }: DoctorDeps) {
  let underWay: Promise<readonly Finding[]> | undefined;

  function shared(): Promise<readonly Finding[]> {
    underWay ??= diagnose().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }

  return new Elysia({ name: 'doctor', prefix: '/api/system' }).use(requestContext).post(
    '/doctor',
    async ({ principal }) => {
      authorize(principal, 'system.read');
      return { findings: [...(await shared())] };
    },
    {
      response: { 200: Diagnosis },
      detail: { summary: 'Looks for what is wrong, and says how to mend it', tags: ['system'] },
    },
  );
}
