import { useState } from 'react';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Segments } from '#renderer/components/controls/Segments.tsx';
import { TryChat } from './TryChat.tsx';
import { TryText } from './TryText.tsx';
import type { ModelSlice } from '#shared/api/snapshot.ts';

interface TryDialogProps {
  readonly model: ModelSlice;
  readonly onClose: () => void;
}

/** Tries a model locally: continues a text, or chats if the model can. */
export function TryDialog({ model, onClose }: TryDialogProps) {
  const [mode, setMode] = useState<'chat' | 'text'>(model.chatTemplate ? 'chat' : 'text');
  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title={`Try ${model.name}`}
      description="Runs only on this computer. Nothing is sent or stored, and it is free."
    >
      {model.chatTemplate ? (
        <Segments
          label="Mode"
          value={mode}
          onChange={setMode}
          segments={[
            { value: 'chat', label: 'Chat' },
            { value: 'text', label: 'Continue text' },
          ]}
        />
      ) : null}
      {mode === 'chat' ? <TryChat model={model} /> : <TryText model={model} />}
    </Dialog>
  );
}
