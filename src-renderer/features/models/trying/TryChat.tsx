import { clsx } from 'clsx';
import { useState } from 'react';
import { inputClass } from '#renderer/components/controls/Field.tsx';
import { Markdown } from '#renderer/components/text/Markdown.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { keyboardScrollable } from '#renderer/components/focus/keyboardScrollable.ts';
import { TryBar } from './TryBar.tsx';
import { runOnCommandEnter, trialTokens } from './tryInput.ts';
import { useTry } from './useTry.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';
import type { ChatMessage } from '#shared/domain/tasks/task.ts';

/** A conversation with the model, kept only while the dialog is open. */
export function TryChat({ model }: { readonly model: ModelSlice }) {
  const [text, setText] = useState('');
  /** The messages before the current answer. */
  const [history, setHistory] = useState<readonly ChatMessage[]>([]);
  const { trial, start, stop } = useTry();
  const isRunning = trial.state === 'running' || trial.state === 'starting';
  const ready = text.trim() !== '';
  const run = () => {
    const answer: readonly ChatMessage[] = trial.text === '' ? [] : [{ role: 'assistant', content: trial.text }];
    const messages = [...history, ...answer, { role: 'user' as const, content: text.trim() }];
    setHistory(messages);
    setText('');
    void start({ digest: model.digest, prompt: { kind: 'messages', messages }, maxTokens: trialTokens(model) });
  };
  return (
    <>
      {history.length === 0 ? null : (
        <div
          ref={keyboardScrollable}
          role="log"
          aria-label="Conversation"
          className="flex max-h-[44vh] min-h-28 flex-col gap-3 overflow-auto rounded-control border border-line bg-sunken p-3"
        >
          {history.map(({ role, content }, index) => (
            <Message key={index} from={role} text={content} live={false} />
          ))}
          {trial.text === '' && !isRunning ? null : <Message from="assistant" text={trial.text} live={isRunning} />}
        </div>
      )}
      {trial.problem === null ? null : <Notice tone="danger">{trial.problem}</Notice>}
      <textarea
        aria-label="Message"
        placeholder="Ask something"
        className={clsx(inputClass, 'min-h-20 resize-y py-2')}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => runOnCommandEnter(event, ready && !isRunning, run)}
      />
      <TryBar trial={trial} ready={ready} onRun={run} onStop={stop} />
    </>
  );
}

interface MessageProps {
  readonly from: ChatMessage['role'];
  readonly text: string;
  readonly live: boolean;
}

function Message({ from, text, live }: MessageProps) {
  if (from === 'user') {
    return (
      <div className="max-w-[85%] self-end rounded-card bg-pressed px-3 py-2">
        <span className="sr-only">You: </span>
        <p className="whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</p>
      </div>
    );
  }
  return (
    <div className={clsx('max-w-full', live && 'streaming-prose')}>
      <span className="sr-only">Model: </span>
      {text === '' ? <p className="streaming" /> : <Markdown text={text} />}
    </div>
  );
}
