import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { JoinForm } from './JoinForm.tsx';

interface JoinDialogProps {
  /** What already stands in the form, for example an invite link that was opened. */
  readonly first: string;
  readonly onClose: () => void;
}

/** Joining a swarm by its address or an invite link. */
export function JoinDialog({ first, onClose }: JoinDialogProps) {
  const [formId] = useState('join-swarm');
  return (
    <Dialog
      open
      onClose={onClose}
      title="Join a swarm"
      description="The swarm learns your node’s name, models and speed. Prompts and answers are only sent with tasks."
    >
      <JoinForm
        id={formId}
        first={first}
        onJoined={onClose}
        renderFooter={(busy) => (
          <div className="flex justify-end gap-2">
            <Button onClick={onClose}>Cancel</Button>
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? 'Joining…' : 'Join'}
            </Button>
          </div>
        )}
      />
    </Dialog>
  );
}
