import { describe, expect, test } from 'vitest';
import type { ModelCapacity } from '#engine/ports/inference/ModelCapacity.ts';
import { capabilitiesOf, type CapabilityFacts } from '#engine/contribution/policy/capabilitiesOf.ts';
import { Capabilities } from '#shared/protocol/session.ts';
import { starterModel } from '#test/helpers/starterModel.ts';

const capacity: ModelCapacity = {
  digest: starterModel.digest,
  state: 'ready',
  reason: '',
  slots: 10,
  contextSize: 256,
  busy: 0,
  waiting: 0,
  tokensPerSecond: 1234.5,
  reservedBytes: 0,
};
const facts: CapabilityFacts = {
  name: 'desk',
  version: '1.0.0',
  timeZone: 'Europe/Vienna',
  schedule: null,
  computer: null,
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

  test('tells the hours of the schedule, in its own time zone', () => {
    const night = `${'1'.repeat(12)}${'0'.repeat(32)}${'1'.repeat(4)}`;
    const schedule = { timeZone: 'Asia/Tokyo', days: [night, ...Array<string>(6).fill('0'.repeat(48))] };
    const offered = capabilitiesOf({ ...facts, schedule });
    expect(offered.timeZone).toBe('Asia/Tokyo');
    expect(offered.availability).toEqual([
      { fromMinute: 0, toMinute: 360 },
      { fromMinute: 1320, toMinute: 1440 },
    ]);
    const striped = { timeZone: null, days: Array<string>(7).fill('10'.repeat(24)) };
    const many = capabilitiesOf({ ...facts, schedule: striped });
    expect(Capabilities.parse(many)).toMatchObject({ timeZone: 'Europe/Vienna' });
  });

  test.each([
    ['maintenance', 'maintenance'],
    ['processor', 'overloaded'],
    ['battery', 'paused'],
  ])('a pause by %s is told as %s', (code, status) => {
    const pause = { code, title: 'x', text: 'x', resumesAt: null };
    expect(capabilitiesOf({ ...facts, pause }).status).toBe(status);
  });

  test('offers what is loaded when it is asked for, as it would be then', () => {
    const [offered] = capabilitiesOf({ ...facts, capacity: [{ ...capacity, state: 'unloaded', slots: 3 }] }).models;
    expect(offered).toMatchObject({ digest: starterModel.digest, slots: 3, shape: { contextSize: 256 } });
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
