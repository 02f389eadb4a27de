import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '#shared/api/events.ts';
import type { SliceName } from '#shared/api/snapshot.ts';
import { EngineMirror, type MirroredEngine } from '#engine/api/snapshot/EngineMirror.ts';
import { MachineSampler } from '#engine/api/snapshot/MachineSampler.ts';
import { readProcessTree } from '#engine/api/snapshot/processTree.ts';
import { ManualClock } from '#test/helpers/ManualClock.ts';
import { until } from '#test/helpers/openSwarmCommand.ts';

function openMirror() {
  const clock = new ManualClock();
  const changes = new Set<(slice: SliceName) => void>();
  const events = new Set<(event: EngineEvent) => void>();
  let computed = 0;
  const engine: MirroredEngine = {
    slice: () => {
      computed += 1;
      return computed as never;
    },
    onChange: (listener) => {
      changes.add(listener);
      return () => changes.delete(listener);
    },
    onEvent: (listener) => {
      events.add(listener);
      return () => events.delete(listener);
    },
  };
  return {
    clock,
    mirror: new EngineMirror(engine, clock),
    change: (slice: SliceName) => changes.forEach((listener) => listener(slice)),
    announce: (event: EngineEvent) => events.forEach((listener) => listener(event)),
    computed: () => computed,
    listeners: () => changes.size + events.size,
  };
}

describe('the mirror', () => {
  it('computes a slice at most ten times a second, and tells the last state', async () => {
    const { clock, mirror, change, computed } = openMirror();
    const heard: EngineEvent[] = [];
    mirror.subscribe((event) => heard.push(event));
    for (let count = 0; count < 500; count += 1) {
      change('tasks');
      await clock.advance(2);
    }
    await clock.advance(1000);
    expect(computed()).toBeLessThanOrEqual(12);
    expect(heard.at(-1)).toEqual({ name: 'slice', payload: { slice: 'tasks', value: computed() } });
  });

  it('computes nothing while nobody listens', () => {
    const { mirror, change, computed } = openMirror();
    change('money');
    const stop = mirror.subscribe(() => {});
    stop();
    change('money');
    expect(computed()).toBe(0);
  });

  it('passes on at most ten tails of a task a second, the last one included, and every frame', async () => {
    const { clock, mirror, announce } = openMirror();
    const heard: EngineEvent[] = [];
    mirror.subscribe((event) => heard.push(event));
    const taskId = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
    for (let count = 0; count < 100; count += 1) {
      announce({ name: 'task:tail', payload: { taskId, text: `tail ${count}` } });
      announce({ name: 'task:frame', payload: { taskId, attempt: 0, from: count, tokens: 1, text: 'x' } });
      await clock.advance(10);
    }
    await clock.advance(1000);
    const tails = heard.filter(({ name }) => name === 'task:tail');
    expect(tails.length).toBeLessThanOrEqual(11);
    expect(tails.at(-1)).toEqual({ name: 'task:tail', payload: { taskId, text: 'tail 99' } });
    expect(heard.filter(({ name }) => name === 'task:frame')).toHaveLength(100);
  });

  it('passes events on as they are, and lets go of the engine at its end', () => {
    const { mirror, announce, listeners } = openMirror();
    const heard: EngineEvent[] = [];
    mirror.subscribe((event) => heard.push(event));
    const event: EngineEvent = {
      name: 'task:finished',
      payload: { taskId: '01ARZ3NDEKTSV4RRFFQ69G5FAV', status: 'completed', title: '' },
    };
    announce(event);
    mirror.close();
    expect(heard).toEqual([event]);
    expect(listeners()).toBe(0);
  });
});

describe('the sampler', () => {
  it('measures once a second while somebody watches, and not otherwise', async () => {
    const clock = new ManualClock();
    let reads = 0;
    const sampler = new MachineSampler({
      clock,
      readUse: () => {
        reads += 1;
        return { processorMs: reads * 500, memoryBytes: 7 };
      },
      tokensPerSecond: () => 12,
      processors: 2,
      memoryTotalBytes: 9,
    });
    await clock.advance(5000);
    expect(reads).toBe(0);
    const heard: EngineEvent[] = [];
    const stops = [sampler.watch((event) => heard.push(event)), sampler.watch(() => {})];
    await clock.advance(3000);
    expect(heard).toHaveLength(3);
    expect(heard[0]).toMatchObject({
      name: 'sample',
      payload: { processorPercent: 25, tokensPerSecond: 12, memoryBytes: 7, memoryTotalBytes: 9 },
    });
    stops.forEach((stop) => stop());
    const before = reads;
    await clock.advance(5000);
    expect(reads).toBe(before);
  });

  it('counts the children of this process', async () => {
    const alone = readProcessTree();
    expect(alone.memoryBytes).toBeGreaterThan(10 * 2 ** 20);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log(1)']);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    await until('the child is counted', () => readProcessTree().memoryBytes > alone.memoryBytes + 10 * 2 ** 20);
    child.kill('SIGKILL');
  });
});
