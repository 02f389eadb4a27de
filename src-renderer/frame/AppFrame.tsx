import { lazy, Suspense, useMemo, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { CommandPalette } from './palette/CommandPalette.tsx';
import { EngineBanner } from '#renderer/connected/EngineBanner.tsx';
import { FinishedNotices } from './FinishedNotices.tsx';
import { pages } from '#renderer/frame/pages.ts';
import { ShortcutsDialog } from './palette/ShortcutsDialog.tsx';
import { ShellEvents } from '#renderer/frame/ShellEvents.tsx';
import { Sidebar } from '#renderer/frame/Sidebar.tsx';
import { StatusStrip } from '#renderer/frame/StatusStrip.tsx';
import { UpdateNotice } from './UpdateNotice.tsx';
import { usePause } from '#renderer/state/usePause.ts';
import { useShortcuts, type Shortcuts } from '#renderer/components/focus/useShortcuts.ts';
import { OverviewPage } from '#renderer/features/overview/OverviewPage.tsx';

const SubmitPage = lazy(async () => ({
  default: (await import('#renderer/features/submit/SubmitPage.tsx')).SubmitPage,
}));
const TasksPage = lazy(async () => ({ default: (await import('#renderer/features/tasks/TasksPage.tsx')).TasksPage }));
const ModelsPage = lazy(async () => ({
  default: (await import('#renderer/features/models/ModelsPage.tsx')).ModelsPage,
}));
const EarningsPage = lazy(async () => ({
  default: (await import('#renderer/features/earnings/EarningsPage.tsx')).EarningsPage,
}));
const ReputationPage = lazy(async () => ({
  default: (await import('#renderer/features/reputation/ReputationPage.tsx')).ReputationPage,
}));
const HardwarePage = lazy(async () => ({
  default: (await import('#renderer/features/hardware/HardwarePage.tsx')).HardwarePage,
}));
const SettingsPage = lazy(async () => ({
  default: (await import('#renderer/features/settings/SettingsPage.tsx')).SettingsPage,
}));

type Overlay = 'none' | 'palette' | 'shortcuts';

/** Sidebar, status strip and the current page. */
export function AppFrame() {
  const [overlay, setOverlay] = useState<Overlay>('none');
  useShortcuts(useFrameShortcuts(setOverlay));
  return (
    <div className="grid h-full grid-cols-[208px_minmax(0,1fr)] grid-rows-[44px_minmax(0,1fr)] max-mid:grid-cols-[52px_minmax(0,1fr)]">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-2"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('page')?.focus();
        }}
      >
        Skip to content
      </a>
      <Sidebar />
      <StatusStrip onPalette={() => setOverlay('palette')} />
      <div className="flex min-h-0 flex-col">
        <EngineBanner />
        <UpdateNotice />
        <main id="page" tabIndex={-1} className="min-h-0 flex-1 overflow-auto px-8 pt-6 pb-8 outline-none max-mid:px-5">
          <div className="mx-auto flex max-w-[1120px] flex-col gap-5">
            <Suspense fallback={<Loading text="Loading…" />}>
              <Pages />
            </Suspense>
          </div>
        </main>
      </div>
      {overlay === 'palette' ? (
        <CommandPalette onClose={() => setOverlay('none')} onShortcuts={() => setOverlay('shortcuts')} />
      ) : null}
      <ShortcutsDialog open={overlay === 'shortcuts'} onClose={() => setOverlay('none')} />
      <FinishedNotices />
      <ShellEvents />
    </div>
  );
}

function Pages() {
  return (
    <Switch>
      <Route path="/" component={OverviewPage} />
      <Route path="/submit" component={SubmitPage} />
      <Route path="/tasks/:taskId?/:side?">
        {({ taskId, side }) => <TasksPage openTaskId={taskId} side={side === 'node' ? 'node' : undefined} />}
      </Route>
      <Route path="/models" component={ModelsPage} />
      <Route path="/earnings" component={EarningsPage} />
      <Route path="/reputation" component={ReputationPage} />
      <Route path="/hardware" component={HardwarePage} />
      <Route path="/settings/:section?">{({ section }) => <SettingsPage section={section} />}</Route>
      <Route component={OverviewPage} />
    </Switch>
  );
}

function useFrameShortcuts(setOverlay: (overlay: Overlay) => void): Shortcuts {
  const [, navigate] = useLocation();
  const pause = usePause();
  return useMemo(
    () => ({
      ...Object.fromEntries(pages.map((page) => [`g ${page.key}`, () => navigate(page.path)])),
      'mod+k': () => setOverlay('palette'),
      '?': () => setOverlay('shortcuts'),
      p: () => {
        if (pause.possible) pause.toggle();
      },
    }),
    [navigate, pause, setOverlay],
  );
}
