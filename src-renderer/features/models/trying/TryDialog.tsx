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

/** Trying a model on this computer alone: continue a text, or chat where it can. */
export function TryDialog({ model, onClose }: TryDialogProps) {
  const [mode, setMode] = useState<'chat' | 'text'>(model.chatTemplate ? 'chat' : 'text');
  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title={`Try ${model.name}`}
      description="On this computer alone. Nothing is sent or kept, and it costs nothing."
    >
      {model.chatTemplate ? (
        <Segments
          label="How to try it"
          value={mode}
          onChange={setMode}
          segments={[
            { value: 'chat', label: 'Chat' },
            { value: 'text', label: 'Continue a text' },
          ]}
        />
      ) : null}
      {mode === 'chat' ? <TryChat model={model} /> : <TryText model={model} />}
    </Dialog>
  );
}
