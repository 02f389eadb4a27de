import type { KeyboardEvent } from 'react';
import type { ModelSlice } from '#shared/api/snapshot.ts';

const usualLength = 512;

/** Tokens that a trial may answer with: never more than three quarters of what the model can hold. */
export function tryLength({ contextSize }: ModelSlice): number {
  return Math.max(16, Math.min(usualLength, Math.floor(contextSize * 0.75)));
}

/** Runs on Ctrl or ⌘ with Enter. */
export function runOnCommandEnter(event: KeyboardEvent, possible: boolean, run: () => void): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (possible) run();
}
