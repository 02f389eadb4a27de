import { CircleCheck, Clock, Lock, Network, ShieldCheck } from 'lucide-react';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { Choices } from '#renderer/components/controls/Choices.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';
import { JoinForm } from '#renderer/features/settings/swarm/JoinForm.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';

export type SwarmChoice = 'private' | 'address' | 'later';

interface SwarmStepProps {
  readonly value: SwarmChoice;
  readonly onChange: (choice: SwarmChoice) => void;
  readonly onJoined: () => void;
}

/** Choice of a swarm; one that is already joined is only shown. */
export function SwarmStep({ value, onChange, onJoined }: SwarmStepProps) {
  const { joined } = useSlice('swarm');
  if (joined !== null) {
    return (
      <Question
        title="Where is your swarm?"
        text="This computer is already in a swarm. You can change that later in Settings."
      >
        <Card>
          <div className="flex items-start gap-3">
            <span className="mt-[2px] text-accent-text">
              <Icon of={CircleCheck} />
            </span>
            <div className="min-w-0">
              <p className="font-medium">{joined.name}</p>
              <p className="text-sm text-quiet">
                {joined.ownCoordinator ? 'A private swarm on this computer.' : joined.address}
              </p>
            </div>
          </div>
        </Card>
      </Question>
    );
  }
  return (
    <Question
      title="Where is your swarm?"
      text="A swarm is a group of computers around one coordinator, which assigns tasks and handles payment."
    >
      <Choices
        label="Where is your swarm?"
        value={value}
        onChange={onChange}
        choices={[
          {
            value: 'private',
            title: 'Start a private swarm',
            text: 'Runs on this computer and needs no network.',
            icon: Lock,
          },
          {
            value: 'address',
            title: 'Join a swarm',
            text: 'With its address or an invite link.',
            icon: Network,
          },
          { value: 'later', title: 'Later', text: 'Look around first. Nothing runs until you choose.', icon: Clock },
        ]}
      />
      {value === 'address' ? (
        <div className="mt-4">
          <JoinForm id="join-first-swarm" first="" onJoined={onJoined} renderFooter={() => null} />
        </div>
      ) : null}
      <div className="mt-4">
        <Notice icon={ShieldCheck}>Nothing is sent anywhere until you join a swarm.</Notice>
      </div>
    </Question>
  );
}
