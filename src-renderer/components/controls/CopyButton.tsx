import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './Button.tsx';
import { Icon } from '#renderer/components/marks/Icon.tsx';

interface CopyButtonProps {
  /** The text to copy; a function is evaluated on click. */
  readonly text: string | (() => string);
  /** Names the action, as in "Copy answer". */
  readonly label: string;
  /** Shows the label beside the icon. */
  readonly labelled?: boolean;
}

/** Copies a text and confirms it for two seconds. */
export function CopyButton({ text, label, labelled = false }: CopyButtonProps) {
  const [outcome, setOutcome] = useState<'none' | 'copied' | 'refused'>('none');
  useEffect(() => {
    if (outcome === 'none') return undefined;
    const timer = setTimeout(() => setOutcome('none'), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = () => {
    const value = typeof text === 'string' ? text : text();
    navigator.clipboard.writeText(value).then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  const words = { none: label, copied: 'Copied', refused: 'Could not copy' }[outcome];
  return (
    <Button
      look="ghost"
      tight
      aria-label={words}
      title={words}
      onClick={copy}
      icon={<Icon of={outcome === 'copied' ? Check : Copy} size={14} />}
    >
      {labelled ? words : undefined}
    </Button>
  );
}
