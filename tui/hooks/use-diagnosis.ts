import { useEffect } from 'react';
import type { Diagnosis } from '../state/health.ts';
import { useDashboard, useShown } from './use-dashboard.ts';

/** The checks of the server, run when somebody looks for the first time. */
export function useDiagnosis(): Diagnosis {
  const { dashboard } = useShown();
  useEffect(() => {
    if (dashboard.health.diagnosis.state === 'never') dashboard.health.diagnose();
  }, [dashboard]);
  return useDashboard((d) => d.health.diagnosis);
}
