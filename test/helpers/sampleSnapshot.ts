import { settingsDefaults, type Snapshot } from '#shared/api/snapshot.ts';

/** A whole state of a contributing engine, for tests that look at one slice of it. */
export function sampleSnapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    engine: { version: '1.2.3', home: '/h', startedAt: 0, problems: [] },
    identity: {
      accountId: `acc_${'b'.repeat(32)}`,
      nodeId: `node_${'a'.repeat(32)}`,
      name: 'desk',
      backedUpAt: null,
      onboarded: true,
    },
    contribution: {
      state: 'working',
      reason: { code: 'working', title: 'Working on 1 task', text: 'For others.', resumesAt: null },
      on: true,
      snoozedUntil: null,
      share: null,
      keepAwake: false,
    },
    swarm: {
      joined: null,
      connection: { state: 'none', latencyMs: null, retryAt: null, problem: null, undelivered: 0 },
      health: null,
    },
    tasks: [],
    models: [],
    downloads: [],
    benchmark: { running: null, last: null, previous: null, problem: null },
    money: { balances: null, earnedToday: '1.25', earnedThisWeek: '3', lastDays: [], agreement: null },
    reputation: { now: null, state: null },
    settings: {
      'node.name': 'desk',
      ...settingsDefaults,
    },
    ...changes,
  };
}
