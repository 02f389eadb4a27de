export type PulseTone = 'live' | 'ready' | 'caution' | 'danger' | 'idle';

/** The dot before a state. It moves only while something is really live. */
export function Pulse({ tone }: { readonly tone: PulseTone }) {
  return <span aria-hidden className="pulse" data-tone={tone} data-live={tone === 'live'} />;
}
