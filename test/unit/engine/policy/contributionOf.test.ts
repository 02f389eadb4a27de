import { describe, expect, test } from 'vitest';
import { contributionOf, type ContributionFacts } from '#engine/policy/contributionOf.ts';
import { Contribution } from '#shared/api/snapshot.ts';

const ready: ContributionFacts = {
  now: 1000,
  wish: { on: true, snoozedUntil: null },
  started: true,
  draining: false,
  joined: true,
  connection: { state: 'connected', retryAt: null, problem: null },
  undelivered: 0,
  running: 0,
  runningModel: null,
  models: { installed: 1, loading: false, problem: null },
  clockTime: () => '18:00',
};
const offline = { state: 'offline', retryAt: 13_000, problem: 'gone' } as const;

describe('contributionOf', () => {
  test.each<[string, Partial<ContributionFacts>, string, string]>([
    ['starting', { started: false }, 'starting', 'Starting'],
    ['ready', {}, 'ready', 'Ready'],
    ['working', { running: 2, runningModel: 'Qwen' }, 'working', 'Working on 2 tasks'],
    ['no swarm', { joined: false }, 'no_swarm', 'No swarm joined'],
    ['switched off', { wish: { on: false, snoozedUntil: null } }, 'paused', 'Not contributing'],
    ['snoozed', { wish: { on: true, snoozedUntil: 2000 } }, 'paused', 'Paused until 18:00'],
    ['paused for good', { wish: { on: true, snoozedUntil: 'forever' } }, 'paused', 'Paused'],
    ['a snooze that is over', { wish: { on: true, snoozedUntil: 900 } }, 'ready', 'Ready'],
    ['finishing', { running: 1, wish: { on: false, snoozedUntil: null } }, 'finishing', 'Finishing 1 task'],
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
