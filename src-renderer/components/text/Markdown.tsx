import { lazy, Suspense } from 'react';

const Text = lazy(async () => ({ default: (await import('./MarkdownText.tsx')).MarkdownText }));

/** Formatted text from a model. Plain until the renderer is loaded; HTML in the text is never interpreted. */
export function Markdown({ text }: { readonly text: string }) {
  return (
    <Suspense fallback={<p className="whitespace-pre-wrap">{text}</p>}>
      <Text text={text} />
    </Suspense>
  );
}
