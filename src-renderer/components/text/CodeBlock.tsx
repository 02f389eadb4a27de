import { clsx } from 'clsx';
import { useEffect, useState } from 'react';
import { CopyButton } from '#renderer/components/controls/CopyButton.tsx';

interface CodeBlockProps {
  readonly code: string;
  /** A language name of highlight.js; empty to guess. */
  readonly language: string;
  readonly copyLabel: string;
}

/** Highlighted code with a copy button; plain until the highlighter is loaded. */
export function CodeBlock({ code, language, copyLabel }: CodeBlockProps) {
  const markup = useHighlighted(code, language);
  return (
    <div className="group relative">
      <pre className={codeClass}>
        {markup === null ? <code>{code}</code> : <code dangerouslySetInnerHTML={{ __html: markup }} />}
      </pre>
      <div className="absolute top-1 right-1 rounded-control bg-sunken">
        <CopyButton text={code} label={copyLabel} />
      </div>
    </div>
  );
}

/** Style of a code block, finished or streaming. */
export const codeClass = clsx(
  'mono overflow-auto rounded-control border border-line bg-sunken px-3 py-[10px] whitespace-pre-wrap [overflow-wrap:anywhere]',
);

function useHighlighted(code: string, language: string): string | null {
  const [result, setResult] = useState<{ code: string; markup: string } | null>(null);
  useEffect(() => {
    let current = true;
    import('./highlight.ts').then(
      ({ highlight }) => {
        if (current) setResult({ code, markup: highlight(code, language) });
      },
      // Without the highlighter the plain text stays.
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [code, language]);
  return result?.code === code ? result.markup : null;
}
