import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

interface TokenDialogProps {
  readonly onClose: () => void;
  readonly onSet: () => void;
}

/** Asks for the access token of the model hub. */
export function TokenDialog({ onClose, onSet }: TokenDialogProps) {
  const [token, setToken] = useState('');
  const save = useAction('models.setToken');
  const keep = async () => {
    if ((await save.run({ token: token.trim() })) === null) return;
    onSet();
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Model hub access token"
      description="Some models require you to accept their terms on the hub first. The token identifies you there. It is stored encrypted and sent only to the hub."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="hub-token" disabled={token.trim() === '' || save.busy}>
            Save token
          </Button>
        </>
      }
    >
      <form
        id="hub-token"
        onSubmit={(event) => {
          event.preventDefault();
          if (token.trim() !== '') void keep();
        }}
      >
        <Field label="Access token" hint="Create one in your account settings on the hub.">
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              type="password"
              autoComplete="off"
              maxLength={512}
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
