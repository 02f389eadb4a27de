import { Download } from 'lucide-react';
import { Card } from '#renderer/components/layout/Card.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { Switch } from '#renderer/components/controls/Switch.tsx';
import { Question } from '#renderer/features/onboarding/Question.tsx';
import type { Role } from '#renderer/features/onboarding/RoleStep.tsx';
import { useSlice } from '#renderer/state/engine/EngineContext.tsx';
import type { Snapshot } from '#shared/api/snapshot.ts';

interface DoneStepProps {
  readonly role: Role;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** The last step, with the contribution switch. */
export function DoneStep({ role, on, onChange }: DoneStepProps) {
  const { joined } = useSlice('swarm');
  const [download] = useSlice('downloads');
  const model = useSlice('models')[0]?.name;
  return (
    <Question title="Ready" text={swarmText(joined)}>
      <Card>
        <div className="flex items-center justify-between gap-4">
          <div>
            <p className="font-medium">{on ? 'This computer contributes' : 'This computer does not contribute'}</p>
            <p className="text-sm text-quiet">
              {model === undefined
                ? 'It runs tasks for others once a model is installed.'
                : `It runs tasks for others with ${model}.`}
            </p>
          </div>
          <Switch label="Contribute" labelHidden checked={on} onChange={onChange} />
        </div>
      </Card>
      <div className="mt-4 flex flex-col gap-2">
        {download === undefined ? null : (
          <Notice tone={download.state === 'failed' ? 'caution' : 'quiet'} icon={Download}>
            {download.state === 'failed'
              ? `${download.name} could not be downloaded yet. See the Models page for details.`
              : `${download.name} is downloading and will be used automatically.`}
          </Notice>
        )}
        <Notice>
          {role === 'submit'
            ? 'Your own tasks work either way. Only the computer that runs a task can read it.'
            : 'Pause with one click or the P key. You get the computer back within a second.'}
        </Notice>
      </div>
    </Question>
  );
}

function swarmText(joined: Snapshot['swarm']['joined']): string {
  if (joined === null) return 'You can choose a swarm in Settings at any time.';
  return joined.ownCoordinator ? 'You are in your private swarm.' : `You are in ${joined.name}.`;
}
