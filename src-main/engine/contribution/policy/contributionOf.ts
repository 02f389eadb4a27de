import type { Contribution, ContributionState } from '#shared/api/snapshot.ts';
import type { Decision, OwnersWish, Reason } from './Decision.ts';

/** The facts from which the state of contribution follows. */
export interface ContributionFacts {
  readonly now: number;
  readonly wish: OwnersWish;
  readonly decision: Decision;
  readonly started: boolean;
  readonly draining: boolean;
  readonly joined: boolean;
  readonly connection: {
    readonly state: 'none' | 'connecting' | 'connected' | 'offline' | 'rejected';
    readonly retryAt: number | null;
    readonly problem: string | null;
  };
  /** Results that wait for delivery. */
  readonly undelivered: number;
  /** Running assignments, the owner's own among them, and the name of their model if all share one. */
  readonly running: number;
  readonly runningOwn: number;
  readonly runningModel: string | null;
  /** The installed models; `problem` states why none can serve; null when one can. */
  readonly models: { readonly installed: number; readonly loading: boolean; readonly problem: string | null };
  /** Percent of the processor that running models may use; null without a limit. */
  readonly share: number | null;
  readonly keepAwake: boolean;
}

type Sentence = { state: ContributionState; code: string; title: string; text: string; resumesAt?: number | null };

/** The state as a sentence with its reason, and what would change it (rules 8.7). */
export function contributionOf(facts: ContributionFacts): Contribution {
  const { state, code, title, text, resumesAt = null } = sentence(facts);
  const { on, snoozedUntil } = facts.wish;
  return {
    state,
    reason: { code, title, text, resumesAt },
    on,
    snoozedUntil: typeof snoozedUntil === 'number' && snoozedUntil > facts.now ? snoozedUntil : null,
    share: facts.share,
    keepAwake: facts.keepAwake,
  };
}

function sentence(facts: ContributionFacts): Sentence {
  if (!facts.started)
    return { state: 'starting', code: 'starting', title: 'Starting', text: 'Open Swarm is getting ready.' };
  if (facts.draining) return finishing(facts.running, 'stopping', 'Then Open Swarm stops.');
  if (!facts.joined) return noSwarm;
  if (facts.decision.do === 'pause') return paused(facts.decision.reason, facts);
  if (facts.connection.state !== 'connected') return offline(facts);
  if (facts.running > 0) return working(facts);
  if (facts.models.installed === 0) {
    return failed(
      'no_model',
      'No model is installed',
      'Without a model this computer cannot work. Add one on the Models page.',
    );
  }
  if (facts.models.problem !== null) return failed('model_gave_up', 'The model cannot run', facts.models.problem);
  if (facts.models.loading) {
    return {
      state: 'starting',
      code: 'model_loading',
      title: 'Loading the model',
      text: 'Work starts once it is in memory.',
    };
  }
  return { state: 'ready', code: 'waiting', title: 'Ready', text: 'Waiting for tasks.' };
}

const noSwarm: Sentence = {
  state: 'no_swarm',
  code: 'no_swarm',
  title: 'No swarm joined',
  text: 'Join a swarm or start a private one to contribute and to submit tasks.',
};

function working({ running, runningModel, decision }: ContributionFacts): Sentence {
  const title = `Working on ${tasks(running)}`;
  const text = runningModel === null ? 'Several models are running.' : `With ${runningModel}.`;
  if (decision.do !== 'slow') return { state: 'working', code: 'working', title, text };
  const { code, title: slowed, text: why } = decision.reason;
  return { state: 'working', code, title: slowed, text: `${why} ${title}.` };
}

function finishing(count: number, code: string, then: string): Sentence {
  if (count === 0) return { state: 'finishing', code, title: 'Stopping', text: 'The last results are being stored.' };
  return { state: 'finishing', code, title: `Finishing ${tasks(count)}`, text: then };
}

function paused({ code, title, text, resumesAt }: Reason, { running, runningOwn }: ContributionFacts): Sentence {
  const others = running - runningOwn;
  if (others > 0)
    return finishing(others, code, code === 'switched_off' ? 'Then contributing stops.' : 'Then it pauses.');
  const own = runningOwn === 0 ? '' : ` Your own ${runningOwn === 1 ? 'task goes' : 'tasks go'} on.`;
  return { state: 'paused', code, title, text: `${text}${own}`, resumesAt };
}

function offline({ connection, undelivered, now }: ContributionFacts): Sentence {
  if (connection.state === 'connecting' || connection.state === 'none') {
    return { state: 'offline', code: 'connecting', title: 'Connecting', text: 'Connecting to the coordinator.' };
  }
  if (connection.state === 'rejected') {
    const text = `${connection.problem ?? 'The coordinator refused this node.'} Check the swarm in Settings.`;
    return { state: 'offline', code: 'rejected', title: 'Refused by the coordinator', text: text.slice(0, 400) };
  }
  const kept = undelivered === 0 ? '' : ` ${results(undelivered)} kept and will be delivered.`;
  const seconds = connection.retryAt === null ? null : Math.max(1, Math.ceil((connection.retryAt - now) / 1000));
  const next = seconds === null ? ' Trying again now.' : ` Trying again in ${seconds} s.`;
  return {
    state: 'offline',
    code: 'connection_lost',
    title: 'Offline',
    text: `The coordinator does not answer.${kept}${next}`,
    resumesAt: connection.retryAt,
  };
}

function failed(code: string, title: string, text: string): Sentence {
  return { state: 'failed', code, title, text: text.slice(0, 400) };
}

function tasks(count: number): string {
  return count === 1 ? '1 task' : `${count} tasks`;
}

function results(count: number): string {
  return count === 1 ? '1 result is' : `${count} results are`;
}
