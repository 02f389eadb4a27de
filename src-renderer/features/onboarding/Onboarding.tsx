import { useState } from 'react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/Button.tsx';
import { Logo } from '#renderer/components/Logo.tsx';
import { ComputerStep } from '#renderer/features/onboarding/ComputerStep.tsx';
import { DoneStep } from '#renderer/features/onboarding/DoneStep.tsx';
import { NameStep } from '#renderer/features/onboarding/NameStep.tsx';
import { ProgressDots } from '#renderer/features/onboarding/ProgressDots.tsx';
import { RoleStep, type Role } from '#renderer/features/onboarding/RoleStep.tsx';
import { SwarmStep, type SwarmChoice } from '#renderer/features/onboarding/SwarmStep.tsx';
import { EngineBanner } from '#renderer/frame/EngineBanner.tsx';
import { TryStep } from '#renderer/features/onboarding/TryStep.tsx';
import { useLink, useSlice } from '#renderer/state/EngineContext.tsx';
import { useAction } from '#renderer/state/useAction.ts';

type Step = 'role' | 'swarm' | 'computer' | 'try' | 'name' | 'done';

/** Who only asks need not show the computer. */
const stepsFor: Readonly<Record<Role, readonly Step[]>> = {
  both: ['role', 'swarm', 'computer', 'try', 'name', 'done'],
  contribute: ['role', 'swarm', 'computer', 'try', 'name', 'done'],
  submit: ['role', 'swarm', 'name', 'done'],
};

/** The first questions, one per screen. Going back always works, skipping is always possible. */
export function Onboarding() {
  const [step, setStep] = useState<Step>('role');
  const [role, setRole] = useState<Role>('both');
  const { joined } = useSlice('swarm');
  const identity = useSlice('identity');
  const [swarm, setSwarm] = useState<SwarmChoice>('private');
  const [name, setName] = useState(identity.name);
  const [contribute, setContribute] = useState<boolean | null>(null);
  const offline = useLink() !== 'open';
  const start = useAction('swarm.startPrivate');
  const setContribution = useAction('contribution.set');
  const finish = useAction('onboarding.finish');
  const [, navigate] = useLocation();
  const steps = stepsFor[role];
  const measuring = useSlice('benchmark').running !== null;
  const cancel = useAction('benchmark.cancel');
  const index = steps.indexOf(step);
  const on = contribute ?? role !== 'submit';
  const joiningByAddress = step === 'swarm' && joined === null && swarm === 'address';

  const go = (to: number) => setStep(steps[Math.min(steps.length - 1, Math.max(0, to))] ?? 'done');
  const next = async () => {
    if (step === 'swarm' && joined === null && swarm === 'private' && (await start.run({})) === null) return;
    // Skipping the look ends it, so that work can begin.
    if (step === 'computer' && measuring) await cancel.run({});
    if (step !== 'done') return go(index + 1);
    await setContribution.run({ on });
    navigate(role === 'submit' ? '/submit' : '/');
    await finish.run(name.trim() === '' ? {} : { name: name.trim() });
  };
  const busy = start.busy || setContribution.busy || finish.busy || cancel.busy;

  return (
    <div className="grid h-full grid-rows-[56px_auto_minmax(0,1fr)_72px]">
      <header className="flex items-center justify-between px-6">
        <span className="flex items-center gap-[9px] font-semibold tracking-[-0.01em]">
          <Logo /> Open Swarm
        </span>
        <Button look="ghost" disabled={offline || finish.busy} onClick={() => void finish.run({})}>
          Skip
        </Button>
      </header>
      <div>
        <EngineBanner />
      </div>
      <main className="flex overflow-auto px-6 py-6">
        <div className="m-auto w-full max-w-[520px]">
          {step === 'role' ? <RoleStep value={role} onChange={setRole} /> : null}
          {step === 'swarm' ? <SwarmStep value={swarm} onChange={setSwarm} onJoined={() => go(index + 1)} /> : null}
          {step === 'computer' ? <ComputerStep /> : null}
          {step === 'try' ? <TryStep /> : null}
          {step === 'name' ? <NameStep value={name} onChange={setName} onEnter={() => void next()} /> : null}
          {step === 'done' ? <DoneStep role={role} on={on} onChange={setContribute} /> : null}
        </div>
      </main>
      <footer className="grid grid-cols-3 items-center px-6 pb-4">
        <div>
          {index === 0 ? null : (
            <Button look="ghost" disabled={busy} onClick={() => go(index - 1)}>
              Back
            </Button>
          )}
        </div>
        <ProgressDots total={steps.length} index={index} />
        <div className="justify-self-end">
          {joiningByAddress ? (
            <Button look="primary" type="submit" form="join-first-swarm" disabled={offline || busy}>
              Join
            </Button>
          ) : (
            <Button look="primary" disabled={offline || busy} onClick={() => void next()}>
              {start.busy ? 'Starting your swarm…' : nextWord(step, measuring)}
            </Button>
          )}
        </div>
      </footer>
    </div>
  );
}

function nextWord(step: Step, measuring: boolean): string {
  if (step === 'computer' && measuring) return 'Skip this';
  return step === 'done' ? 'Open the app' : 'Continue';
}
