import { clsx } from 'clsx';
import { CodeBlock, codeClass } from '#renderer/components/text/CodeBlock.tsx';
import { keyboardScrollable } from '#renderer/components/focus/keyboardScrollable.ts';
import { Markdown } from '#renderer/components/text/Markdown.tsx';

interface AnswerTextProps {
  /** As in the table of task types: `code` continues the prompt, the others are prose. */
  readonly kind: 'code' | 'mixed' | 'prose';
  readonly prompt: string;
  readonly text: string;
  readonly language: string;
  /** Still streaming; a caret marks the end. */
  readonly live: boolean;
}

/** Longer streaming answers are shown without formatting, so that each new piece stays cheap. Characters. */
const maxFormattedLength = 12_000;

/** An answer rendered by its kind, with a caret while it streams. */
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
      {live && text.length > maxFormattedLength ? (
        <p className="whitespace-pre-wrap">{text}</p>
      ) : (
        <Markdown text={text} />
      )}
    </div>
  );
}
