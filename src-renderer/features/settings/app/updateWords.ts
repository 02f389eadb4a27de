import { ago } from '#renderer/format/times.ts';
import type { UpdatesState } from '#shared/api/hostContract.ts';

/** What is said of newer releases, and what can be done now. */
export interface UpdateWords {
  readonly text: string;
  /** `wait`: it is under way. `none`: this copy cannot do it. */
  readonly action: 'look' | 'retry' | 'install' | 'wait' | 'none';
}

/** The state of the updates in a sentence. */
export function updateWords(state: UpdatesState, now: number): UpdateWords {
  switch (state.kind) {
    case 'off':
      return { text: `${state.why} Download new versions where you got this one.`, action: 'none' };
    case 'idle':
      return state.checkedAt === null
        ? { text: 'Checks for new versions once a day.', action: 'look' }
        : { text: `Up to date. Checked ${inSentence(ago(state.checkedAt, now))}.`, action: 'look' };
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

/** The updater's own words are lines of a log: the first one says what happened. */
function sentence(why: string): string {
  const line = (why.split('\n')[0] ?? '').trim().slice(0, 200);
  if (line === '') return 'The update could not be downloaded.';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
