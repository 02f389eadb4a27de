import { RefreshCw } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { PageHead } from '#renderer/components/layout/PageHead.tsx';
import { BenchmarkCard } from '#renderer/features/hardware/BenchmarkCard.tsx';
import { EarningsCard } from '#renderer/features/hardware/EarningsCard.tsx';
import { HistoryCard } from '#renderer/features/hardware/HistoryCard.tsx';
import { MachineCard } from '#renderer/features/hardware/MachineCard.tsx';
import { QueryProblem } from '#renderer/connected/QueryProblem.tsx';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';

/** The computer's hardware, its benchmarks, and estimated earnings. */
export function HardwarePage() {
  const offline = useLink() !== 'open';
  const refresh = useAction('hardware.profile');
  const [detections, setDetections] = useState(0);
  const profile = useQuery('hardware.profile', {}, detections);
  const detectAgain = async () => {
    if ((await refresh.run({ refresh: true })) !== null) setDetections((count) => count + 1);
  };
  return (
    <>
      <PageHead
        title="Hardware"
        text="What this computer has and how fast it runs models. This determines which models fit and how many tasks run at once."
        actions={
          <Button
            disabled={offline || refresh.busy}
            onClick={() => void detectAgain()}
            icon={<Icon of={RefreshCw} size={14} />}
          >
            {refresh.busy ? 'Detecting…' : 'Detect again'}
          </Button>
        }
      />
      {profile.data === null ? (
        <QueryProblem query={profile} waiting={<Loading text="Detecting hardware…" />} />
      ) : (
        <MachineCard profile={profile.data} />
      )}
      <BenchmarkCard />
      <EarningsCard />
      <HistoryCard />
    </>
  );
}
