import ReactMarkdown, { type Components } from 'react-markdown';
import rehypeHighlight from 'rehype-highlight';
import remarkGfm from 'remark-gfm';
import { codeClass } from './CodeBlock.tsx';
import { CopyButton } from '#renderer/components/controls/CopyButton.tsx';
import { grammars } from './highlight.ts';

const parts: Components = {
  // Answers come from untrusted nodes: links show their target, and images are not loaded.
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noreferrer noopener" title={href}>
      {children}
    </a>
  ),
  img: ({ alt, src }) => <span>[{alt === undefined || alt === '' ? String(src) : alt}]</span>,
  pre: ({ children, node }) => (
    <div className="relative">
      <pre className={codeClass}>{children}</pre>
      <div className="absolute top-1 right-1 rounded-control bg-sunken">
        <CopyButton text={textOf(node)} label="Copy code" />
      </div>
    </div>
  ),
};

/** Renders GitHub-flavoured Markdown; raw HTML in it stays text. */
export function MarkdownText({ text }: { readonly text: string }) {
  return (
    <div className="prose">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[[rehypeHighlight, { languages: grammars, detect: false }]]}
        components={parts}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}

interface TextNode {
  readonly value?: unknown;
  readonly children?: readonly unknown[];
}

function textOf(node: unknown): string {
  if (typeof node !== 'object' || node === null) return '';
  const { value, children } = node as TextNode;
  if (typeof value === 'string') return value;
  return (children ?? []).map(textOf).join('');
}
