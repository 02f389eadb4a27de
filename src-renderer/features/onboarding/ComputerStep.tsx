import { ShieldCheck } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { Progress } from '#renderer/components/data/Progress.tsx';
import { QueryProblem } from '#renderer/connected/QueryProblem.tsx';
import { gaugesOf, type Gauge } from '#renderer/features/onboarding/computerGauges.ts';
import { Question } from '#renderer/features/onboarding/Question.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';

/** The computer's hardware, then its speed as it is measured. */
export function ComputerStep() {
  const benchmark = useSlice('benchmark');
  const { joined } = useSlice('swarm');
  const offline = useLink() !== 'open';
  const profile = useQuery('hardware.profile', {});
  const start = useAction('benchmark.start');
  const cancel = useAction('benchmark.cancel');
  const { run } = start;
  const started = useRef(false);
  const measured = benchmark.last !== null || benchmark.running !== null;
  useEffect(() => {
    if (started.current || measured || offline) return;
    started.current = true;
    void run({ set: 'quick' });
  }, [measured, offline, run]);

  return (
    <Question
      title="Let’s look at your computer"
      text="A short benchmark shows which models fit and how many tasks can run at once. You can stop or skip it at any time."
    >
      {profile.data === null ? (
        <QueryProblem query={profile} waiting={<Loading text="Detecting hardware…" />} />
      ) : (
        <Card>
          <div className="flex flex-col gap-5">
            {gaugesOf(profile.data, benchmark).map((gauge) => (
              <GaugeLine key={gauge.id} gauge={gauge} />
            ))}
          </div>
        </Card>
      )}
      {benchmark.problem === null ? null : (
        <div className="mt-3">
          <Notice tone="caution">{benchmark.problem} You can run the benchmark later on the Hardware page.</Notice>
        </div>
      )}
      <div className="mt-4 flex items-center justify-between gap-3">
        {joined === null || joined.ownCoordinator ? (
          <Notice icon={ShieldCheck}>
            {joined === null
              ? 'Nothing is sent anywhere until you join a swarm.'
              : 'These results stay on your computer.'}
          </Notice>
        ) : (
          <Notice icon={ShieldCheck}>Your swarm learns what this computer can do, not what is stored on it.</Notice>
        )}
        {benchmark.running === null ? (
          <Button tight disabled={offline || start.busy} onClick={() => void run({ set: 'quick' })}>
            {benchmark.last === null ? 'Measure' : 'Measure again'}
          </Button>
        ) : (
          <Button tight disabled={offline || cancel.busy} onClick={() => void cancel.run({})}>
            Stop
          </Button>
        )}
      </div>
    </Question>
  );
}

function GaugeLine({ gauge }: { readonly gauge: Gauge }) {
  return (
    <div>
      <p className="number mb-[6px] flex items-baseline justify-between gap-3">
        <span className="min-w-0 truncate">{gauge.title}</span>
        <span className={gauge.share === 1 ? 'flex-none font-medium' : 'flex-none text-quiet'}>{gauge.value}</span>
      </p>
      <Progress label={`${gauge.title}: progress`} value={gauge.share} shape="bar" />
      <p className="mt-1 text-xs text-quiet">{gauge.note}</p>
    </div>
  );
}
