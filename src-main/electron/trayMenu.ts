import type { HostedEngineState } from '#shared/api/hostContract.ts';
import type { Contribution } from '#shared/api/snapshot.ts';

export type TrayAction =
  | { readonly type: 'open'; readonly to: string }
  | { readonly type: 'pause'; readonly forMs: number | null; readonly until?: 'tomorrow'; readonly finish?: boolean }
  | { readonly type: 'resume' }
  | { readonly type: 'retry' }
  | { readonly type: 'quit' };

/** One line of the tray's menu; without an action it is only read. */
export type TrayItem = { readonly label: string; readonly action?: TrayAction } | { readonly separator: true };

/** What the tray shows: how things are, and one click to pause. */
export interface TrayModel {
  readonly tooltip: string;
  readonly items: readonly TrayItem[];
}

interface TrayFacts {
  readonly engine: HostedEngineState;
  /** Null while the engine's state is not known. */
  readonly contribution: Contribution | null;
  /** Credits earned today, as text; null while unknown. */
  readonly earnedToday: string | null;
}

const minute = 60_000;
const hour = 60 * minute;
const separator: TrayItem = { separator: true };
const open: TrayItem = { label: 'Open Open Swarm', action: { type: 'open', to: '/' } };
const quit: TrayItem = { label: 'Quit', action: { type: 'quit' } };

/** Builds the tray's menu from the state of the engine; pure, so that tests read it like a person would. */
export function trayMenu(facts: TrayFacts): TrayModel {
  const title = stateInWords(facts);
  const state: TrayItem[] = [{ label: title }];
  if (facts.earnedToday !== null) state.push({ label: `Today: ${facts.earnedToday} credits` });
  const actions = facts.engine.kind === 'gave_up' ? [retry] : contributionItems(facts.contribution);
  return {
    tooltip: `Open Swarm · ${title}`,
    items: [...state, separator, ...actions, ...(actions.length > 0 ? [separator] : []), open, quit],
  };
}

const retry: TrayItem = { label: 'Start the engine again', action: { type: 'retry' } };

function stateInWords({ engine, contribution }: TrayFacts): string {
  switch (engine.kind) {
    case 'gave_up':
      return 'The engine stopped';
    case 'restarting':
      return 'The engine starts again';
    case 'stopping':
      return 'Finishing and stopping';
    case 'starting':
      return 'Starting';
    case 'running':
      return contribution?.reason.title ?? 'Starting';
  }
}

/** Reasons that end when the owner says so; the others end by themselves, and say what would end them. */
const resumable: ReadonlySet<string> = new Set(['paused', 'snoozed']);

const finish: TrayItem = { label: 'Finish, then pause', action: { type: 'pause', forMs: null, finish: true } };

/** Menus are narrow: a sentence that is read, in full words. */
function why({ state, reason }: Contribution): TrayItem[] {
  return state === 'paused' ? [{ label: reason.text }] : [];
}

function contributionItems(contribution: Contribution | null): TrayItem[] {
  // Before a swarm is joined, and while contributing is switched off, there is nothing to pause.
  if (contribution === null || !contribution.on || contribution.state === 'no_swarm') return [];
  if (resumable.has(contribution.reason.code)) return [{ label: 'Resume', action: { type: 'resume' } }];
  return [
    ...why(contribution),
    { label: 'Pause', action: { type: 'pause', forMs: null } },
    { label: 'Pause for 15 minutes', action: { type: 'pause', forMs: 15 * minute } },
    { label: 'Pause for 1 hour', action: { type: 'pause', forMs: hour } },
    { label: 'Pause until tomorrow', action: { type: 'pause', forMs: null, until: 'tomorrow' } },
    ...(contribution.state === 'working' ? [finish] : []),
  ];
}
