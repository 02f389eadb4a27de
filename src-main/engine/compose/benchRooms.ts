import { BenchmarkRunner } from '#engine/machine/benchmark/BenchmarkRunner.ts';
import { measuredPlans } from '#engine/machine/benchmark/measuredPlans.ts';
import type { ProbeAnswer, ProbedLink } from '#engine/machine/benchmark/measureLink.ts';
import { describingPermissions, OneShotWorker } from '#engine/machine/benchmark/OneShotWorker.ts';
import type { BaseRooms, Wire } from './baseRooms.ts';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { EnginePorts } from '#engine/ports/engineContract.ts';
import { HardwareDetector } from '#engine/machine/hardware/HardwareDetector.ts';
import type { WorkRooms } from './workRooms.ts';

/** The rooms that look at the machine and measure it. */
export type BenchRooms = ReturnType<typeof composeBench>;

/** Older runs say nothing about the machine of today. */
export const reportsThatCount = 50;

/** What llama.cpp sees comes within this; the look-up itself is bounded by the same. */
const describeWithinMs = 10_000;

export function composeBench(ports: EnginePorts, rooms: BaseRooms & WorkRooms, wire: Wire) {
  const { clock, logger, home, store, inference, machine } = ports;
  const { announcer, models, executor, phase } = rooms;
  const bench: BenchmarkRunner = new BenchmarkRunner({
    clock,
    logger: logger.child({ room: 'benchmark' }),
    home,
    machine: machine?.measured ?? null,
    reports: store.benchmarks,
    models: () => models.installed(),
    isWorking: () => executor.running.length > 0,
    whenIdle: () => executor.whenIdle(),
    link: () => (wire.connected() ? probedLink(wire) : null),
    onQuiet: () => {
      phase.measuring = bench.quiet;
      wire.update();
    },
    onReport: () => {
      inference.setMeasured?.(measuredPlans(bench.history(reportsThatCount)));
      void models.load();
      wire.update();
      announcer.changed('models');
    },
    onChange: () => announcer.changed('benchmark'),
  });
  const hardware =
    machine === undefined
      ? null
      : new HardwareDetector({
          clock,
          home,
          source: {
            ...machine.source,
            inference: async () => {
              const signal = AbortSignal.timeout(describeWithinMs);
              const launcher = await machine.measured.launcher();
              const needs = { launcher, permissions: describingPermissions, clock, signal };
              return OneShotWorker.with(needs, (worker) => worker.describe());
            },
          },
        });
  return { bench, hardware };
}

function probedLink(wire: Wire): ProbedLink {
  return {
    probe: async (filler, answerBytes) => answerOf(await wire.ask('link:probe', { filler, answerBytes })),
    beat: async () => {
      const answer = await wire.ask('node:beat', {});
      return answer.ok ? { ok: true, bytes: 0 } : answerOf(answer);
    },
  };
}

function answerOf(answer: Asked<'link:probe'> | Extract<Asked<'node:beat'>, { ok: false }>): ProbeAnswer {
  if (answer.ok) return { ok: true, bytes: answer.payload.filler.length };
  const { code, message } = answer.error;
  return { ok: false, code, message };
}
