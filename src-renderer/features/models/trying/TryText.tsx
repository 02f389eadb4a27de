import { useState } from 'react';
import { clsx } from 'clsx';
import { codeClass } from '#renderer/components/text/CodeBlock.tsx';
import { inputClass } from '#renderer/components/controls/Field.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { keyboardScrollable } from '#renderer/components/focus/keyboardScrollable.ts';
import { TryBar } from './TryBar.tsx';
import { runOnCommandEnter, trialTokens } from './tryInput.ts';
import { useTry } from './useTry.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';

const examples: Readonly<Record<'code' | 'prose', string>> = {
  code: 'function add(a, b) {',
  prose: 'The three things to know about a swarm are',
};

/** Lets the model continue a text. */
export function TryText({ model }: { readonly model: ModelSlice }) {
  const [text, setText] = useState(model.types.includes('code_completion') ? examples.code : examples.prose);
  const [asked, setAsked] = useState('');
  const { trial, start, stop } = useTry();
  const isRunning = trial.state === 'running' || trial.state === 'starting';
  const ready = text.trim() !== '';
  const run = () => {
    setAsked(text);
    void start({ digest: model.digest, prompt: { kind: 'text', text }, maxTokens: trialTokens(model) });
  };
  return (
    <>
      <textarea
        aria-label="Text to continue"
        className={clsx(inputClass, 'mono min-h-24 resize-y py-2')}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => runOnCommandEnter(event, ready && !isRunning, run)}
      />
      <TryBar trial={trial} ready={ready} onRun={run} onStop={stop} />
      {trial.problem === null ? null : <Notice tone="danger">{trial.problem}</Notice>}
      {trial.state === 'none' || (trial.state === 'over' && trial.text === '') ? null : (
        <pre ref={keyboardScrollable} aria-label="Answer" className={clsx(codeClass, 'max-h-[40vh] min-h-28')}>
          <code>
            <span className="text-quiet">{asked}</span>
            <span className={clsx(trial.state !== 'over' && 'streaming')}>{trial.text}</span>
          </code>
        </pre>
      )}
    </>
  );
}
