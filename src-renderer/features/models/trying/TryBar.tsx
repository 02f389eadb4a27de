import { Play, Square } from 'lucide-react';
import { Button } from '#renderer/components/controls/Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';
import { commandKey, Kbd } from '#renderer/components/marks/Kbd.tsx';
import { Pulse } from '#renderer/components/marks/Pulse.tsx';
import type { Trial } from './useTry.ts';
import { count, rateText } from '#renderer/format/numbers.ts';
import { useLink } from '#renderer/state/engine/EngineContext.tsx';

interface TryBarProps {
  readonly trial: Trial;
  /** There is something to run. */
  readonly ready: boolean;
  readonly onRun: () => void;
  readonly onStop: () => void;
}

/** The state of the trial, and the button that starts or stops it. */
export function TryBar({ trial, ready, onRun, onStop }: TryBarProps) {
  const offline = useLink() !== 'open';
  const runs = trial.state === 'running' || trial.state === 'starting';
  return (
    <div className="flex items-center justify-between gap-3">
      <span className="flex min-w-0 items-center gap-2 text-xs text-quiet">
        {runs ? <Pulse tone={trial.state === 'running' ? 'live' : 'idle'} /> : null}
        <output className="number truncate">{statusText(trial)}</output>
      </span>
      {runs ? (
        <Button onClick={onStop} icon={<Icon of={Square} size={14} />}>
          Stop
        </Button>
      ) : (
        <Button look="primary" disabled={!ready || offline} onClick={onRun} icon={<Icon of={Play} size={14} />}>
          Run
          <Kbd onAccent>{`${commandKey()} ↵`}</Kbd>
        </Button>
      )}
    </div>
  );
}

function statusText({ state, tokens, tokensPerSecond, finish }: Trial): string {
  const rate = tokensPerSecond === null ? '' : ` · ${rateText(tokensPerSecond)}`;
  switch (state) {
    case 'none':
      return '';
    case 'starting':
      return 'Loading the model…';
    case 'running':
      return `${count(tokens)} tokens${rate}`;
    case 'over':
      return finish === null ? '' : `${endings[finish]} ${count(tokens)} tokens${rate}`;
  }
}

const endings = {
  eog: 'Finished.',
  stop: 'Finished.',
  length: 'Cut off at the token limit.',
  cancelled: 'Stopped.',
  yielded: 'Stopped to free up the computer.',
  failed: 'Failed.',
} as const;
