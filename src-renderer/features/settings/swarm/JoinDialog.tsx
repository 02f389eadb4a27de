import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { JoinForm } from './JoinForm.tsx';

interface JoinDialogProps {
  /** Initial text, for example an opened invite link. */
  readonly first: string;
  readonly onClose: () => void;
}

/** Joins a swarm by its address or an invite link. */
export function JoinDialog({ first, onClose }: JoinDialogProps) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Join a swarm"
      description="The swarm learns your node’s name, models and speed. Prompts and answers are only sent with tasks."
    >
      <JoinForm
        id="join-swarm"
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
