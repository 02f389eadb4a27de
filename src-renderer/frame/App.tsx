import { Toaster } from 'sonner';
import { lazy, Suspense } from 'react';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import { FocusKeeper } from '#renderer/components/focus/FocusKeeper.tsx';
import { AppFrame } from '#renderer/frame/AppFrame.tsx';
import { WaitingScreen } from '#renderer/frame/WaitingScreens.tsx';
import { DraftProvider } from '#renderer/state/DraftContext.tsx';
import { useEngine, useLink, useMaybeSlice } from '#renderer/state/engine/EngineContext.tsx';
import { IntentProvider } from '#renderer/state/shell/IntentContext.tsx';
import { InviteProvider } from '#renderer/state/shell/InviteContext.tsx';
import { useShownTheme } from '#renderer/state/shell/theme.ts';

const Onboarding = lazy(async () => ({
  default: (await import('#renderer/features/onboarding/Onboarding.tsx')).Onboarding,
}));

/** Hash routes, so that any host can serve the single file. */
const routing = { hook: useHashLocation } as const;

/** The whole window: waiting for the engine, onboarding, or the pages. */
export function App() {
  const theme = useShownTheme();
  return (
    <Router {...routing}>
      <IntentProvider>
        <FocusKeeper>
          <Screens />
        </FocusKeeper>
      </IntentProvider>
      <Toaster
        theme={theme}
        position="bottom-right"
        toastOptions={{
          style: {
            background: 'var(--surface)',
            color: 'var(--ink)',
            borderColor: 'var(--line-strong)',
            fontFamily: 'var(--face-text)',
            boxShadow: 'var(--float-shadow)',
          },
        }}
      />
    </Router>
  );
}

function Screens() {
  const { retry } = useEngine();
  const link = useLink();
  const identity = useMaybeSlice('identity');
  if (link === 'locked' || link === 'impostor' || identity === null) {
    return <WaitingScreen link={link} onRetry={retry} />;
  }
  if (identity.onboarded) {
    return (
      <DraftProvider>
        <InviteProvider>
          <AppFrame />
        </InviteProvider>
      </DraftProvider>
    );
  }
  return (
    <Suspense fallback={null}>
      <Onboarding />
    </Suspense>
  );
}
