import { clsx } from 'clsx';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Logo } from '#renderer/components/marks/Logo.tsx';
import { ComputerStep } from '#renderer/features/onboarding/ComputerStep.tsx';
import { DoneStep } from '#renderer/features/onboarding/DoneStep.tsx';
import { ModelStep } from '#renderer/features/onboarding/ModelStep.tsx';
import { NameStep } from '#renderer/features/onboarding/NameStep.tsx';
import { RoleStep } from '#renderer/features/onboarding/RoleStep.tsx';
import { SwarmStep } from '#renderer/features/onboarding/SwarmStep.tsx';
import { EngineBanner } from '#renderer/connected/EngineBanner.tsx';
import { TryStep } from '#renderer/features/onboarding/TryStep.tsx';
import { useFirstStart, type FirstStart } from '#renderer/features/onboarding/useFirstStart.ts';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';

/** Onboarding: one question per screen. Back and Skip are always available. */
export function Onboarding() {
  const first = useFirstStart();
  const offline = useLink() !== 'open';
  return (
    <div className="grid h-full grid-rows-[56px_auto_minmax(0,1fr)_72px]">
      <header className="flex items-center justify-between px-6">
        <span className="flex items-center gap-[9px] font-semibold tracking-[-0.01em]">
          <Logo /> Open Swarm
        </span>
        <Button look="ghost" disabled={offline || first.finishing} onClick={first.skip}>
          Skip
        </Button>
      </header>
      <div>
        <EngineBanner hasPages={false} />
      </div>
      <main key={first.step} className="flex overflow-auto px-6 py-6">
        <div className="m-auto w-full max-w-[520px]">
          <CurrentQuestion first={first} />
        </div>
      </main>
      <footer className="grid grid-cols-3 items-center px-6 pb-4">
        <div>
          {first.index === 0 ? null : (
            <Button look="ghost" disabled={first.busy} onClick={first.back}>
              Back
            </Button>
          )}
        </div>
        <ProgressDots total={first.total} index={first.index} />
        <div className="justify-self-end">
          {first.joiningByAddress ? (
            <Button look="primary" type="submit" form="join-first-swarm" disabled={offline || first.busy}>
              Join
            </Button>
          ) : (
            <Button look="primary" single disabled={offline || first.busy} onClick={() => void first.next()}>
              {first.nextWord}
            </Button>
          )}
        </div>
      </footer>
    </div>
  );
}

function CurrentQuestion({ first }: { readonly first: FirstStart }) {
  const { step, answers } = first;
  switch (step) {
    case 'role':
      return <RoleStep value={answers.role} onChange={first.setRole} />;
    case 'swarm':
      return <SwarmStep value={answers.swarm} onChange={first.setSwarm} onJoined={first.forward} />;
    case 'computer':
      return <ComputerStep />;
    case 'model':
      return <ModelStep value={answers.model} onChange={first.setModel} />;
    case 'try':
      return <TryStep />;
    case 'name':
      return <NameStep value={answers.name} onChange={first.setName} onEnter={() => void first.next()} />;
    case 'done':
      return <DoneStep role={answers.role} on={answers.on} onChange={first.setContribute} />;
  }
}

interface ProgressDotsProps {
  readonly total: number;
  readonly index: number;
}

/** The position in the steps. */
function ProgressDots({ total, index }: ProgressDotsProps) {
  return (
    <p className="flex items-center justify-center gap-[6px]">
      <span className="sr-only">
        Step {index + 1} of {total}
      </span>
      {Array.from({ length: total }, (_, dot) => (
        <span
          key={dot}
          aria-hidden
          className={clsx('h-[6px] rounded-full', dot === index ? 'w-[18px] bg-accent' : 'w-[6px] bg-[var(--slate-6)]')}
        />
      ))}
    </p>
  );
}
