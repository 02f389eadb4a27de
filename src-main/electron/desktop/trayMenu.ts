import type { HostedEngineState } from '#shared/api/hostContract.ts';
import type { Contribution } from '#shared/api/snapshot.ts';

export type TrayAction =
  | { readonly type: 'open'; readonly to: string }
  | { readonly type: 'pause'; readonly forMs: number | null; readonly until?: 'tomorrow'; readonly finish?: boolean }
  | { readonly type: 'resume' }
  | { readonly type: 'retry' }
  | { readonly type: 'quit' };

/** A line of the tray menu; without an action it is a label. */
export type TrayItem = { readonly label: string; readonly action?: TrayAction } | { readonly separator: true };

/** Content of the tray: the present state, and commands to pause and resume. */
export interface TrayModel {
  readonly tooltip: string;
  readonly items: readonly TrayItem[];
}

interface TrayFacts {
  readonly engine: HostedEngineState;
  /** Null while the engine's state is unknown. */
  readonly contribution: Contribution | null;
  /** Credits earned today, as text; null while unknown. */
  readonly earnedToday: string | null;
}

const minute = 60_000;
const hour = 60 * minute;
const separator: TrayItem = { separator: true };
const open: TrayItem = { label: 'Open Open Swarm', action: { type: 'open', to: '/' } };
const quit: TrayItem = { label: 'Quit', action: { type: 'quit' } };

/** The tray menu for a state of the engine. */
export function trayMenu(facts: TrayFacts): TrayModel {
  const title = stateText(facts);
  const state: TrayItem[] = [{ label: title }];
  if (facts.earnedToday !== null) state.push({ label: `Today: ${facts.earnedToday} credits` });
  const actions = facts.engine.kind === 'gave_up' ? [retry] : contributionItems(facts.contribution);
  return {
    tooltip: `Open Swarm · ${title}`,
    items: [...state, separator, ...actions, ...(actions.length > 0 ? [separator] : []), open, quit],
  };
}

const retry: TrayItem = { label: 'Restart the engine', action: { type: 'retry' } };

function stateText({ engine, contribution }: TrayFacts): string {
  switch (engine.kind) {
    case 'gave_up':
      return 'The engine has stopped';
    case 'restarting':
      return 'Restarting the engine';
    case 'stopping':
      return 'Stopping after running tasks';
    case 'starting':
      return 'Starting';
    case 'running':
      return contribution?.reason.title ?? 'Starting';
  }
}

/** Reasons for not working that the owner can end with Resume; the others end by themselves. */
const resumable: ReadonlySet<string> = new Set(['paused', 'snoozed']);

const finish: TrayItem = { label: 'Finish, then pause', action: { type: 'pause', forMs: null, finish: true } };

/** The reason for a pause as a sentence. */
function pauseReason({ state, reason }: Contribution): TrayItem[] {
  return state === 'paused' ? [{ label: reason.text }] : [];
}

function contributionItems(contribution: Contribution | null): TrayItem[] {
  // There is nothing to pause before a swarm is joined, or while contributing is off.
  if (contribution === null || !contribution.on || contribution.state === 'no_swarm') return [];
  if (resumable.has(contribution.reason.code)) return [{ label: 'Resume', action: { type: 'resume' } }];
  return [
    ...pauseReason(contribution),
    { label: 'Pause', action: { type: 'pause', forMs: null } },
    { label: 'Pause for 15 minutes', action: { type: 'pause', forMs: 15 * minute } },
    { label: 'Pause for 1 hour', action: { type: 'pause', forMs: hour } },
    { label: 'Pause until tomorrow', action: { type: 'pause', forMs: null, until: 'tomorrow' } },
    ...(contribution.state === 'working' ? [finish] : []),
  ];
}
