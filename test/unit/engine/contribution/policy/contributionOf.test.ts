import { describe, expect, test } from 'vitest';
import { contributionOf, type ContributionFacts } from '#engine/contribution/policy/contributionOf.ts';
import { Contribution } from '#shared/api/snapshot.ts';

const ready: ContributionFacts = {
  now: 1000,
  wish: { on: true, snoozedUntil: null },
  decision: { do: 'work' },
  started: true,
  draining: false,
  joined: true,
  connection: { state: 'connected', retryAt: null, problem: null },
  undelivered: 0,
  running: 0,
  runningOwn: 0,
  runningModel: null,
  models: { installed: 1, loading: false, problem: null },
  share: null,
  keepAwake: false,
};
const snoozed = { code: 'snoozed', title: 'Paused until 18:00', text: 'It resumes by itself.', resumesAt: 2000 };
const paused: ContributionFacts['decision'] = { do: 'pause', reason: snoozed };
const slow: ContributionFacts['decision'] = {
  do: 'slow',
  share: 0.4,
  pressed: false,
  reason: { code: 'slowed', title: 'Slowed to 40 %', text: 'Another program needs the processor.', resumesAt: null },
};
const offline = { state: 'offline', retryAt: 13_000, problem: 'gone' } as const;

describe('contributionOf', () => {
  test.each<[string, Partial<ContributionFacts>, string, string]>([
    ['starting', { started: false }, 'starting', 'Starting'],
    ['ready', {}, 'ready', 'Ready'],
    ['working', { running: 2, runningModel: 'Qwen' }, 'working', 'Working on 2 tasks'],
    ['no swarm', { joined: false }, 'no_swarm', 'No swarm joined'],
    ['paused', { decision: paused }, 'paused', 'Paused until 18:00'],
    ['paused with an own task', { decision: paused, running: 1, runningOwn: 1 }, 'paused', 'Paused until 18:00'],
    ['finishing', { running: 2, runningOwn: 1, decision: paused }, 'finishing', 'Finishing 1 task'],
    ['slowed', { running: 1, runningModel: 'Qwen', decision: slow }, 'working', 'Slowed to 40 %'],
    ['slowed without work', { decision: slow }, 'ready', 'Ready'],
    ['stopping', { running: 1, draining: true }, 'finishing', 'Finishing 1 task'],
    ['offline', { connection: offline }, 'offline', 'Offline'],
    ['offline with work', { connection: offline, running: 1 }, 'offline', 'Offline'],
    ['refused', { connection: { ...offline, state: 'rejected' } }, 'offline', 'Refused by the coordinator'],
    ['no model', { models: { installed: 0, loading: false, problem: null } }, 'failed', 'No model is installed'],
    ['model broken', { models: { installed: 1, loading: false, problem: 'x' } }, 'failed', 'The model cannot run'],
    ['model loading', { models: { installed: 1, loading: true, problem: null } }, 'starting', 'Loading the model'],
  ])('%s', (_name, change, state, title) => {
    const contribution = contributionOf({ ...ready, ...change });
    expect(contribution.state).toBe(state);
    expect(contribution.reason.title).toBe(title);
    expect(Contribution.parse(contribution)).toEqual(contribution);
  });

  test('an offline sentence names what is kept and when it is tried again', () => {
    const { reason } = contributionOf({ ...ready, connection: offline, undelivered: 2 });
    expect(reason.text).toBe(
      'The coordinator does not answer. 2 results are kept and will be delivered. Trying again in 12 s.',
    );
    expect(reason.resumesAt).toBe(13_000);
  });
});
