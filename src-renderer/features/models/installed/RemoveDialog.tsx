import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';

interface RemoveDialogProps {
  readonly model: ModelSlice;
  readonly onClose: () => void;
}

/** Confirms the deletion of a model. */
export function RemoveDialog({ model, onClose }: RemoveDialogProps) {
  const remove = useAction('models.remove');
  const working = model.busy > 0;
  const go = async () => {
    if ((await remove.run({ digest: model.digest })) !== null) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Remove ${model.name}?`}
      description={
        working
          ? 'It is running a task. Pause first, or wait until the task is done.'
          : `This deletes its file (${bytesText(model.sizeBytes)}). Your earnings stay, and you can download it again.`
      }
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="danger" disabled={remove.busy || working} onClick={() => void go()}>
            Remove
          </Button>
        </>
      }
    >
      {null}
    </Dialog>
  );
}
