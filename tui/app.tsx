import { Box, Text, useApp, useInput, usePaste, useWindowSize } from 'ink';
import { useMemo, useSyncExternalStore } from 'react';
import { DialogLayer } from './components/dialogs/dialog-layer.tsx';
import { Footer } from './components/footer.tsx';
import { StatusBar } from './components/status-bar.tsx';
import { Tabs } from './components/tabs.tsx';
import { DashboardContext, useDashboard, useShown } from './hooks/use-dashboard.ts';
import { keysOf } from './keys/key.ts';
import { LinearScreen } from './spoken/linear-screen.tsx';
import type { Dashboard } from './state/dashboard.ts';
import type { Glyphs } from './theme/glyphs.ts';
import { BackupsView } from './views/backups-view.tsx';
import { DoctorView } from './views/doctor-view.tsx';
import { EventsView } from './views/events-view.tsx';
import { JobsView } from './views/jobs-view.tsx';
import { NetworkView } from './views/network-view.tsx';
import { ParticipantsView } from './views/participants-view.tsx';
import { RecordingsView } from './views/recordings-view.tsx';
import { RoomView } from './views/room-view.tsx';
import { RoomsView } from './views/rooms-view.tsx';
import { SystemView } from './views/system-view.tsx';
import type { ViewProps } from './views/view-props.ts';
import { WebhookView } from './views/webhook-view.tsx';
import { WebhooksView } from './views/webhooks-view.tsx';

export const MIN_COLUMNS = 60;
export const MIN_ROWS = 16;
/** Status, views and the two lines of the footer. */
const CHROME_LINES = 4;

export interface AppProps {
  readonly dashboard: Dashboard;
  readonly glyphs: Glyphs;
  /** Lines of text one below the other, for screen readers. */
  readonly isLinear: boolean;
  /** Stops the process for the shell's turn (Ctrl-Z); resolves when it goes on. */
  readonly stopProcess: () => Promise<void>;
}

/** The whole screen. */
export function App({ dashboard, glyphs, isLinear, stopProcess }: AppProps) {
  const theme = useSyncExternalStore(dashboard.subscribe, () => dashboard.ui.theme);
  const shown = useMemo(() => ({ dashboard, glyphs, theme }), [dashboard, glyphs, theme]);
  return (
    <DashboardContext value={shown}>
      <Screen isLinear={isLinear} stopProcess={stopProcess} />
    </DashboardContext>
  );
}

function Screen({ isLinear, stopProcess }: Pick<AppProps, 'isLinear' | 'stopProcess'>) {
  const { suspendTerminal } = useApp();
  const { dashboard } = useShown();
  // Nothing on the screen outlives the server that it was about.
  const key = dashboard.server.name;
  const { columns, rows } = useWindowSize();
  const dialog = useDashboard((d) => d.ui.dialog);
  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) {
      if (pressed.name === 'ctrl-z') void suspendTerminal(stopProcess);
      else dashboard.press(pressed);
    }
  });
  usePaste((text) => dashboard.paste(text));

  if (isLinear) return <LinearScreen key={key} />;
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) {
    return (
      <Box width={columns} height={rows}>
        <Text>{`${columns}x${rows} is too small: ${MIN_COLUMNS}x${MIN_ROWS} at least. q quits.`}</Text>
      </Box>
    );
  }
  const size: ViewProps = { width: columns, height: rows - CHROME_LINES };
  return (
    <Box key={key} flexDirection="column" width={columns} height={rows}>
      <StatusBar width={columns} />
      <Tabs width={columns} />
      {dialog ? <DialogLayer dialog={dialog} {...size} /> : <View {...size} />}
      <Footer width={columns} />
    </Box>
  );
}

function View(size: ViewProps) {
  const view = useDashboard((dashboard) => dashboard.ui.view);
  switch (view) {
    case 'rooms':
      return <RoomsView {...size} />;
    case 'room':
      return <RoomView {...size} />;
    case 'participants':
      return <ParticipantsView {...size} />;
    case 'network':
      return <NetworkView {...size} />;
    case 'events':
      return <EventsView {...size} />;
    case 'recordings':
      return <RecordingsView {...size} />;
    case 'doctor':
      return <DoctorView {...size} />;
    case 'jobs':
      return <JobsView {...size} />;
    case 'webhooks':
      return <WebhooksView {...size} />;
    case 'webhook':
      return <WebhookView {...size} />;
    case 'backups':
      return <BackupsView {...size} />;
    case 'system':
      return <SystemView {...size} />;
  }
}
