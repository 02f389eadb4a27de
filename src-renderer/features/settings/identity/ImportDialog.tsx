import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Field, inputClass, TextInput } from '#renderer/components/controls/Field.tsx';
import { oneText } from '#renderer/state/engine/errorWords.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';

/** Maximum size that the engine accepts, in bytes. */
const maxBackupBytes = 65_536;

/** Restores the keys of a backup, which replace this computer's keys. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const [backup, setBackup] = useState('');
  const [passphrase, setPassphrase] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const action = useAction('identity.import', (words) => setProblem(oneText(words)));
  const restore = async () => {
    if ((await action.run({ backup, passphrase })) === null) return;
    toast.success('Identity restored', { description: 'This computer now uses the account from the backup.' });
    onClose();
  };
  const readFile = async (file: File) => {
    if (file.size > maxBackupBytes) setProblem('This file is too large to be an identity backup.');
    else {
      setProblem(undefined);
      setBackup(await file.text());
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Import an identity"
      description="The keys in the backup replace this computer’s keys. Export those first if they own credits."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void restore();
        }}
      >
        <Field label="Backup file">
          {({ id, describedBy }) => (
            <input
              id={id}
              aria-describedby={describedBy}
              type="file"
              className={`${inputClass} h-8 py-1`}
              onChange={(event) => {
                const file = event.target.files?.[0];
                if (file !== undefined) void readFile(file);
              }}
            />
          )}
        </Field>
        <Field label="Passphrase" problem={problem}>
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              type="password"
              autoComplete="off"
              value={passphrase}
              onChange={(event) => setPassphrase(event.target.value)}
            />
          )}
        </Field>
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={backup === '' || passphrase === '' || action.busy}>
            {action.busy ? 'Restoring…' : 'Restore'}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
