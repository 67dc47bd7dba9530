import { Static, Text } from 'ink';
import { useEffect, useRef, useState } from 'react';
import { useDashboard, useShown } from '../hooks/use-dashboard.ts';
import { useDiagnosis } from '../hooks/use-diagnosis.ts';
import { useMeasurements } from '../hooks/use-measurements.ts';
import { useNetwork } from '../hooks/use-network.ts';
import { useWatch } from '../hooks/use-watch.ts';
import type { ViewName } from '../state/view.ts';
import { clean } from '../text/clean.ts';
import { HELP_HINT } from './dialogs.ts';
import { speak } from './spoken.ts';

interface SaidLine {
  readonly n: number;
  readonly text: string;
}

/** For screen readers: what changes is written as a new line below the others, and no line is ever drawn again. */
export function LinearScreen() {
  const { dashboard } = useShown();
  const view = useDashboard((d) => d.ui.view);
  const isNew = useDashboard((d) => d.ui.view === 'rooms' && d.world.rooms.size === 0);
  const heard = useRef(new Map<string, string>());
  const [lines, setLines] = useState<readonly SaidLine[]>([{ n: 0, text: `didar dashboard. ${HELP_HINT}` }]);
  useEffect(() => {
    const look = () => {
      const said = speak(dashboard, dashboard.clock.now());
      const before = heard.current;
      const fresh = said.filter(({ about, key }) => before.get(about) !== key).flatMap((one) => one.lines);
      heard.current = new Map(said.map(({ about, key }) => [about, key]));
      if (fresh.length > 0)
        setLines((old) => [...old, ...fresh.map((text, i) => ({ n: old.length + i, text }))]);
    };
    look();
    return dashboard.subscribe(look);
  }, [dashboard]);
  return (
    <>
      <Static items={[...lines]}>{({ n, text }) => <Text key={n}>{clean(text)}</Text>}</Static>
      {(view === 'network' || isNew) && <NetworkAsked />}
      {view === 'doctor' && <DoctorAsked />}
      <BackgroundAsked view={view} />
      {view === 'system' && <MeasurementsAsked />}
    </>
  );
}

/** What is read from the server only while somebody looks at it. */
function NetworkAsked() {
  useNetwork();
  return null;
}

function MeasurementsAsked() {
  useMeasurements();
  return null;
}

function BackgroundAsked({ view }: { readonly view: ViewName }) {
  useWatch(view);
  return null;
}

function DoctorAsked() {
  useDiagnosis();
  return null;
}
