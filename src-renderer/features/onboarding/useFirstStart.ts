import { useState } from 'react';
import { useLocation } from 'wouter';
import { noFurtherModel } from '#renderer/features/models/catalogue/FirstModels.tsx';
import type { Role } from '#renderer/features/onboarding/RoleStep.tsx';
import type { SwarmChoice } from '#renderer/features/onboarding/SwarmStep.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

export type Step = 'role' | 'swarm' | 'computer' | 'model' | 'try' | 'name' | 'done';

/** Pure requesters need no steps about the computer. */
const stepsFor: Readonly<Record<Role, readonly Step[]>> = {
  both: ['role', 'swarm', 'computer', 'model', 'try', 'name', 'done'],
  contribute: ['role', 'swarm', 'computer', 'model', 'try', 'name', 'done'],
  submit: ['role', 'swarm', 'name', 'done'],
};

/** State of the onboarding: the answers, the current step, and what Continue does. */
export function useFirstStart() {
  const identity = useSlice('identity');
  const { joined } = useSlice('swarm');
  const measuring = useSlice('benchmark').running !== null;
  const [step, setStep] = useState<Step>('role');
  const [role, setRole] = useState<Role>('both');
  const [swarm, setSwarm] = useState<SwarmChoice>('private');
  const [model, setModel] = useState(noFurtherModel);
  const [name, setName] = useState(identity.name);
  const [contribute, setContribute] = useState<boolean | null>(null);
  const start = useAction('swarm.startPrivate');
  const pull = useAction('models.pull');
  const setContribution = useAction('contribution.set');
  const finish = useAction('onboarding.finish');
  const cancel = useAction('benchmark.cancel');
  const [, navigate] = useLocation();
  const steps = stepsFor[role];
  const index = steps.indexOf(step);
  const on = contribute ?? role !== 'submit';

  const go = (to: number) => setStep(steps[Math.min(steps.length - 1, Math.max(0, to))] ?? 'done');
  /** Carries out the answer of the current step; false after a failure, which is shown. */
  const applyAnswer = async (): Promise<boolean> => {
    if (step === 'swarm' && joined === null && swarm === 'private') return (await start.run({})) !== null;
    // Skipping cancels the benchmark, so that work can start.
    if (step === 'computer' && measuring) await cancel.run({});
    if (step === 'model' && model !== noFurtherModel) {
      if ((await pull.run({ source: model })) === null) return false;
      setModel(noFurtherModel);
    }
    return true;
  };
  const next = async () => {
    if (!(await applyAnswer())) return;
    if (step !== 'done') return go(index + 1);
    await setContribution.run({ on });
    navigate(role === 'submit' ? '/submit' : '/');
    await finish.run(name.trim() === '' ? {} : { name: name.trim() });
  };
  return {
    step,
    index,
    total: steps.length,
    answers: { role, swarm, model, name, on },
    setRole,
    setSwarm,
    setModel,
    setName,
    setContribute,
    next,
    back: () => go(index - 1),
    forward: () => go(index + 1),
    /** Ends the onboarding without further answers. */
    skip: () => void finish.run({}),
    joiningByAddress: step === 'swarm' && joined === null && swarm === 'address',
    finishing: finish.busy,
    busy: start.busy || pull.busy || setContribution.busy || finish.busy || cancel.busy,
    nextWord: start.busy ? 'Starting your swarm…' : nextWord(step, { measuring, fetching: model !== noFurtherModel }),
  };
}

export type FirstStart = ReturnType<typeof useFirstStart>;

/** Label of the Continue button. */
export function nextWord(step: Step, { measuring, fetching }: { measuring: boolean; fetching: boolean }): string {
  if (step === 'computer' && measuring) return 'Skip benchmark';
  if (step === 'model' && fetching) return 'Download and continue';
  return step === 'done' ? 'Open the app' : 'Continue';
}
