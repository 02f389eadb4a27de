import { Unplug } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { engineWords } from '#renderer/format/engineWords.ts';
import { clockTime } from '#renderer/format/times.ts';
import { Banner } from '#renderer/components/messages/Banner.tsx';
import { ProblemBanner } from './ProblemBanner.tsx';
import { useEngine, useLink, useLinkSince, useSlice } from '#renderer/state/engine/EngineContext.tsx';

interface EngineBannerProps {
  /** False during onboarding, when there is no page to go to. */
  readonly hasPages?: boolean;
}

/** Banners across the top of a page: the engine is unreachable, or reports problems. */
export function EngineBanner({ hasPages = true }: EngineBannerProps) {
  const link = useLink();
  const since = useLinkSince();
  const { retry } = useEngine();
  const { problems } = useSlice('engine');
  if (link !== 'open') {
    return (
      <Banner
        tone="caution"
        icon={Unplug}
        title={engineWords.sentence}
        action={
          <Button tight onClick={retry}>
            Retry now
          </Button>
        }
      >
        Showing the state as of {clockTime(since, since)}. Accepted work is kept, and this page reconnects
        automatically. If the engine was stopped, run <code className="mono whitespace-nowrap">open-swarm start</code>.
      </Banner>
    );
  }
  return problems.map((problem) => <ProblemBanner key={problem.code} problem={problem} hasPages={hasPages} />);
}
