import { clsx } from 'clsx';
import { CodeBlock, codeClass } from '#renderer/components/text/CodeBlock.tsx';
import { keyboardScrollable } from '#renderer/components/focus/keyboardScrollable.ts';
import { Markdown } from '#renderer/components/text/Markdown.tsx';

interface AnswerTextProps {
  /** As in the table of task types: `code` goes on from the prompt, the others are written text. */
  readonly kind: 'code' | 'mixed' | 'prose';
  readonly prompt: string;
  readonly text: string;
  readonly language: string;
  /** More is coming; the caret stands at the end. */
  readonly live: boolean;
}

/** From this length on a growing answer is shown without formatting, so that each new piece stays cheap. */
const formattedUpTo = 12_000;

/** An answer in the form that fits its kind, with a caret while it arrives. */
export function AnswerText({ kind, prompt, text, language, live }: AnswerTextProps) {
  if (kind === 'code') {
    return live || text === '' ? (
      <pre ref={keyboardScrollable} className={clsx(codeClass, 'max-h-[52vh]')}>
        <code>
          <span className="text-quiet">{prompt}</span>
          <span className={clsx(live && 'streaming')} data-testid="answer">
            {text}
          </span>
        </code>
      </pre>
    ) : (
      <CodeBlock code={prompt + text} language={language} copyLabel="Copy code with prompt" />
    );
  }
  if (text === '') return live ? <p className="streaming" data-testid="answer" /> : null;
  return (
    <div
      ref={keyboardScrollable}
      className={clsx('max-h-[60vh] overflow-auto', live && 'streaming-prose')}
      data-testid="answer"
    >
      {live && text.length > formattedUpTo ? <p className="whitespace-pre-wrap">{text}</p> : <Markdown text={text} />}
    </div>
  );
}
