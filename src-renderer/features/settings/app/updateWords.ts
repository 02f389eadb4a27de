import { ago } from '#renderer/format/times.ts';
import type { UpdatesState } from '#shared/api/hostContract.ts';

/** The state of updates as a sentence, and the available action. */
export interface UpdateWords {
  readonly text: string;
  /** `wait`: in progress. `none`: this copy cannot update itself. */
  readonly action: 'check' | 'retry' | 'install' | 'wait' | 'none';
}

/** The state of the updates in a sentence. */
export function updateWords(state: UpdatesState, now: number): UpdateWords {
  switch (state.kind) {
    case 'off':
      return { text: `${state.why} Download new versions where you got this one.`, action: 'none' };
    case 'idle':
      return state.checkedAt === null
        ? { text: 'Checks for new versions once a day.', action: 'check' }
        : { text: `Up to date. Checked ${inSentence(ago(state.checkedAt, now))}.`, action: 'check' };
    case 'checking':
      return { text: 'Checking for updates…', action: 'wait' };
    case 'downloading':
      return { text: `Downloading ${state.version}: ${String(state.percent)} %.`, action: 'wait' };
    case 'ready':
      return {
        text: `${state.version} is ready to install. Running tasks finish first. It is also installed when you quit.`,
        action: 'install',
      };
    case 'failed':
      return {
        text: `${sentence(state.why)} Nothing was changed. The next attempt is within the hour.`,
        action: 'retry',
      };
  }
}

function inSentence(words: string): string {
  return words === 'Yesterday' ? 'yesterday' : words;
}

/** The updater's messages are log lines; the first one names the cause. */
function sentence(why: string): string {
  const line = (why.split('\n')[0] ?? '').trim().slice(0, 200);
  if (line === '') return 'The update could not be downloaded.';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
