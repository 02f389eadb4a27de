import { FolderOpen } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Field, TextInput } from '#renderer/components/controls/Field.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { readModelSource } from './modelSource.ts';
import { type ErrorWords, oneText } from '#renderer/state/engine/errorWords.ts';
import { useAction } from '#renderer/state/engine/useAction.ts';
import { useShell } from '#renderer/state/shell/ShellContext.tsx';

interface AddModelDialogProps {
  /** Initial text, for example the path of a dropped file. */
  readonly first: string;
  /** Name of a dropped file whose path the browser does not reveal. */
  readonly droppedName: string | null;
  readonly onClose: () => void;
}

/** Adds a GGUF file from this computer or a URL. */
export function AddModelDialog({ first, droppedName, onClose }: AddModelDialogProps) {
  const shell = useShell();
  const [text, setText] = useState(first);
  const [digest, setDigest] = useState('');
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const show = (words: ErrorWords) => setProblem(oneText(words));
  const copy = useAction('models.add', show);
  const pull = useAction('models.pull', show);
  const busy = copy.busy || pull.busy;

  const add = async () => {
    const source = readModelSource(text);
    if (source.kind === 'wrong') {
      setProblem(source.problem);
      return;
    }
    const expected = digest.trim() === '' ? {} : { sha256: digest.trim().toLowerCase() };
    const answer =
      source.kind === 'file'
        ? await copy.run({ path: source.path, ...expected })
        : await pull.run({ source: source.source, ...expected });
    if (answer !== null) onClose();
  };
  const choose = async () => {
    const filters = [{ name: 'Models', extensions: ['gguf'] }];
    const answer = await shell?.call('openFile', { title: 'Choose a model', kind: 'file', filters });
    if (answer?.path !== undefined && answer.path !== null) setText(answer.path);
  };

  return (
    <Dialog
      open
      onClose={onClose}
      title="Add a model"
      description="Any GGUF file, from this computer or a URL. It is copied and verified before use."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form="add-model" disabled={busy}>
            {busy ? 'Adding…' : 'Add'}
          </Button>
        </>
      }
    >
      <form
        id="add-model"
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        {droppedName === null ? null : (
          <Notice tone="caution">
            Browsers do not reveal the path of a dropped file. Enter the full path of {droppedName}.
          </Notice>
        )}
        <Field
          label="Path or URL"
          hint="For example /home/you/model.gguf, https://…/model.gguf or hf:owner/repository/model.gguf"
          problem={problem}
        >
          {({ id, describedBy }) => (
            <div className="flex gap-2">
              <TextInput
                id={id}
                aria-describedby={describedBy}
                aria-invalid={problem !== undefined}
                value={text}
                spellCheck={false}
                autoComplete="off"
                onChange={(event) => {
                  setText(event.target.value);
                  setProblem(undefined);
                }}
              />
              {shell === null ? null : (
                <Button onClick={() => void choose()} icon={<Icon of={FolderOpen} />}>
                  Browse
                </Button>
              )}
            </div>
          )}
        </Field>
        <Field label="Expected SHA-256 (optional)">
          {({ id, describedBy }) => (
            <TextInput
              id={id}
              aria-describedby={describedBy}
              value={digest}
              maxLength={64}
              spellCheck={false}
              autoComplete="off"
              className="mono"
              onChange={(event) => setDigest(event.target.value)}
            />
          )}
        </Field>
        <Notice>Models outside the catalogue work in private swarms and for your own tasks.</Notice>
      </form>
    </Dialog>
  );
}
