import type { KeyboardEvent } from 'react';
import type { ModelSlice } from '#shared/api/snapshot.ts';

const defaultTokens = 512;

/** Token limit of a trial: at most three quarters of the model's context. */
export function trialTokens({ contextSize }: ModelSlice): number {
  return Math.max(16, Math.min(defaultTokens, Math.floor(contextSize * 0.75)));
}

/** Runs on Ctrl+Enter or ⌘+Enter. */
export function runOnCommandEnter(event: KeyboardEvent, possible: boolean, run: () => void): void {
  if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  if (possible) run();
}
