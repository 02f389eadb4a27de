import { CircleAlert, Info } from 'lucide-react';
import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Banner, type BannerTone } from '#renderer/components/messages/Banner.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAskIntent } from '#renderer/state/shell/IntentContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { Problem, ProblemRemedy, ProblemSeverity } from '#shared/api/snapshot.ts';

const tones: Readonly<Record<ProblemSeverity, BannerTone>> = { note: 'quiet', caution: 'caution', danger: 'danger' };

interface Remedy {
  readonly label: string;
  /** Navigates to a page, so it is not offered during onboarding. */
  readonly navigates: boolean;
  readonly busy: boolean;
  readonly run: () => void;
}

interface ProblemBannerProps {
  readonly problem: Problem;
  /** False during onboarding. */
  readonly hasPages: boolean;
}

/** One problem of the whole engine: cause, consequence and remedy, with its button. */
export function ProblemBanner({ problem, hasPages }: ProblemBannerProps) {
  const remedies = useRemedies();
  const [hidden, setHidden] = useState(false);
  if (hidden) return null;
  const { severity, happened, means, action } = problem;
  const remedy = problem.remedy === null ? null : remedies[problem.remedy];
  const canRun = remedy !== null && (hasPages || !remedy.navigates);
  return (
    <Banner
      tone={tones[severity]}
      icon={severity === 'note' ? Info : CircleAlert}
      title={happened}
      action={
        canRun ? (
          <Button tight disabled={remedy.busy} onClick={remedy.run}>
            {remedy.label}
          </Button>
        ) : severity === 'note' ? (
          <Button tight look="ghost" onClick={() => setHidden(true)}>
            Dismiss
          </Button>
        ) : undefined
      }
    >
      {means} {action}
    </Banner>
  );
}

function useRemedies(): Readonly<Record<ProblemRemedy, Remedy>> {
  const [, navigate] = useLocation();
  const ask = useAskIntent();
  const start = useAction('swarm.startPrivate');
  const write = useAction('settings.set');
  const { 'interface.notifications': notifications } = useSlice('settings');
  const toModels = { navigates: true, busy: false, run: () => navigate('/models') };
  return {
    make_room: { ...toModels, label: 'Manage models' },
    choose_model: { ...toModels, label: 'Choose a model' },
    read_log: {
      label: 'View log',
      navigates: true,
      busy: false,
      run: () => {
        ask('read_log');
        navigate('/settings');
      },
    },
    start_private_swarm: {
      label: start.busy ? 'Starting…' : 'Start again',
      navigates: false,
      busy: start.busy,
      run: () => void start.run({}),
    },
    try_again: {
      label: 'Try again',
      navigates: false,
      busy: write.busy,
      // Writes a setting unchanged; when that succeeds, the engine withdraws the problem.
      run: () => void write.run({ 'interface.notifications': notifications }),
    },
  };
}
