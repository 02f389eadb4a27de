import { ArrowRight, Boxes, PenLine, Power, type LucideIcon } from 'lucide-react';
import { useLocation } from 'wouter';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { useLink, useSlice } from '#renderer/state/engine/EngineContext.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** The most useful next step while no task is running. */
export function NextStep() {
  const { joined } = useSlice('swarm');
  const { on } = useSlice('contribution');
  const [, navigate] = useLocation();
  const start = useAction('swarm.startPrivate');
  const contribute = useAction('contribution.set');
  const offline = useLink() !== 'open';

  if (joined === null) {
    return (
      <Step
        icon={Boxes}
        title="Join or start a swarm"
        text="A private swarm runs on this computer alone and needs no network."
      >
        <Button look="ghost" onClick={() => navigate('/settings')}>
          Join a swarm
        </Button>
        <Button disabled={start.busy || offline} onClick={() => void start.run({})}>
          {start.busy ? 'Starting…' : 'Start a private swarm'}
        </Button>
      </Step>
    );
  }
  if (!on) {
    return (
      <Step
        icon={Power}
        title="Lend your computer when you are not using it"
        text="Earn credits by running small models for others. You get the computer back within a second."
      >
        <Button disabled={contribute.busy || offline} onClick={() => void contribute.run({ on: true })}>
          Contribute
        </Button>
      </Step>
    );
  }
  return (
    <Step icon={PenLine} title="Ask the swarm something" text="You see the price first and pay only for what arrives.">
      <Button onClick={() => navigate('/submit')}>
        Submit a task
        <Icon of={ArrowRight} size={14} />
      </Button>
    </Step>
  );
}

interface StepProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly children: React.ReactNode;
}

function Step({ icon, title, text, children }: StepProps) {
  return (
    <Card>
      <div className="flex flex-wrap items-center gap-3">
        <Icon of={icon} />
        <div className="min-w-0 flex-1 basis-64">
          <p className="font-medium">{title}</p>
          <p className="text-xs text-quiet">{text}</p>
        </div>
        <div className="flex gap-2">{children}</div>
      </div>
    </Card>
  );
}
