import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { downloadText } from '#renderer/components/text/downloadText.ts';
import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** Minimum length that the engine accepts. */
const minLength = 8;

/** Exports the keys, encrypted with a passphrase. */
export function ExportDialog({ onClose }: { readonly onClose: () => void }) {
  const [passphrase, setPassphrase] = useState('');
  const [repeated, setRepeated] = useState('');
  const action = useAction('identity.export');
  const tooShort = passphrase.length > 0 && passphrase.length < minLength;
  const differs = repeated.length > 0 && repeated !== passphrase;
  const ready = passphrase.length >= minLength && repeated === passphrase;
  const save = async () => {
    const answer = await action.run({ passphrase });
    if (answer === null) return;
    downloadText('open-swarm-identity.backup', 'application/octet-stream', answer.backup);
    toast.success('Backup saved', { description: 'Keep the file and the passphrase in different places.' });
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Export your identity"
      description="The file contains your keys, encrypted. It cannot be restored without the passphrase, so write it down."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void save();
        }}
      >
        <Field
          label="Passphrase"
          hint={`At least ${String(minLength)} characters. Four random words work well.`}
          problem={tooShort ? `At least ${String(minLength)} characters.` : undefined}
        >
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              type="password"
              autoComplete="new-password"
              value={passphrase}
              onChange={(event) => setPassphrase(event.target.value)}
            />
          )}
        </Field>
        <Field label="Repeat passphrase" problem={differs ? 'The passphrases do not match.' : undefined}>
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              type="password"
              autoComplete="new-password"
              value={repeated}
              onChange={(event) => setRepeated(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={!ready || action.busy}>
            {action.busy ? 'Encrypting…' : 'Save backup'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
