import { describe, expect, test } from 'vitest';
import type { ModelCapacity } from '#engine/inference/inferenceContract.ts';
import { capabilitiesOf, type CapabilityFacts } from '#engine/policy/capabilitiesOf.ts';
import { Capabilities } from '#shared/protocol/session.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const capacity: ModelCapacity = {
  digest: starterModel.digest,
  state: 'ready',
  reason: '',
  slots: 10,
  busy: 0,
  waiting: 0,
  tokensPerSecond: 1234.5,
  reservedBytes: 0,
};
const facts: CapabilityFacts = {
  name: 'desk',
  version: '1.0.0',
  timeZone: 'Europe/Vienna',
  pause: null,
  draining: false,
  privateSwarm: false,
  models: [starterModel],
  capacity: [capacity],
  contextOf: () => 256,
};

describe('capabilitiesOf', () => {
  test('offers what is loaded, with the context it really has and a rounded speed', () => {
    const offered = capabilitiesOf(facts);
    expect(Capabilities.parse(offered)).toEqual(offered);
    expect(offered.models[0]).toMatchObject({ slots: 10, tokensPerSecond: 1200, shape: { contextSize: 256 } });
  });

  test.each(['loading', 'gave_up', 'refused'] as const)('does not offer a model that is %s', (state) => {
    expect(capabilitiesOf({ ...facts, capacity: [{ ...capacity, state }] }).models).toEqual([]);
  });

  test('a pause is told to a public swarm; in a private one the own tasks still come', () => {
    const pause = { code: 'switched_off', title: 'Not contributing', text: 'It is off.', resumesAt: null };
    const paused = { ...facts, pause };
    expect(capabilitiesOf(paused).status).toBe('paused');
    expect(capabilitiesOf({ ...paused, privateSwarm: true }).status).toBe('online');
    expect(capabilitiesOf({ ...paused, privateSwarm: true, draining: true }).status).toBe('draining');
  });
});
