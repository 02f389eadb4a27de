import { BenchmarkRunner } from '#engine/machine/benchmark/BenchmarkRunner.ts';
import { measuredPlans, consideredReports } from '#engine/machine/benchmark/measuredPlans.ts';
import type { ProbeAnswer, ProbedLink } from '#engine/machine/benchmark/probes/measureLink.ts';
import { describingPermissions, OneShotWorker } from '#engine/machine/benchmark/OneShotWorker.ts';
import { HardwareDetector } from '#engine/machine/hardware/HardwareDetector.ts';
import type { Announcer } from '#engine/api/snapshot/Announcer.ts';
import type { ModelShelfLoader } from '#engine/models/library/ModelShelfLoader.ts';
import type { Asked } from '#engine/swarmLink/client/ask.ts';
import type { CoordinatorClient } from '#engine/swarmLink/client/CoordinatorClient.ts';
import type { Executor } from '#engine/work/executor/Executor.ts';
import type { EnginePorts } from './EnginePorts.ts';

/** Milliseconds in which llama.cpp must describe the machine. */
const describeWithinMs = 10_000;

interface BenchmarkNeeds {
  readonly announcer: Announcer;
  readonly client: CoordinatorClient;
  readonly executor: Executor;
  readonly models: ModelShelfLoader;
}

/** Composes the look-up of the machine and its benchmark. */
export function composeBenchmark(ports: EnginePorts, { announcer, client, executor, models }: BenchmarkNeeds) {
  const { clock, logger, home, store, machine } = ports;
  const bench = new BenchmarkRunner({
    clock,
    logger: logger.child({ room: 'benchmark' }),
    home,
    machine: machine.measured,
    reports: store.benchmarks,
    models: () => models.installed(),
    isWorking: () => executor.running.length > 0,
    whenIdle: () => executor.whenIdle(),
    link: () => (client.connected ? probedLink(client) : null),
    onQuiet: () => client.publish(),
    onReport: () => {
      applyMeasuredPlans(ports);
      void models.load();
      client.publish();
      announcer.changed('models');
    },
    onChange: () => announcer.changed('benchmark'),
  });
  const hardware = new HardwareDetector({
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

/** Serves models as the stored benchmarks advise. */
export function applyMeasuredPlans({ inference, store }: Pick<EnginePorts, 'inference' | 'store'>): void {
  inference.setMeasured(measuredPlans(store.benchmarks.list(consideredReports)));
}

function probedLink(client: CoordinatorClient): ProbedLink {
  return {
    probe: async (filler, answerBytes) => answerOf(await client.request('link:probe', { filler, answerBytes })),
    beat: async () => {
      const answer = await client.request('node:beat', {});
      return answer.ok ? { ok: true, bytes: 0 } : answerOf(answer);
    },
  };
}

function answerOf(answer: Asked<'link:probe'> | Extract<Asked<'node:beat'>, { ok: false }>): ProbeAnswer {
  if (answer.ok) return { ok: true, bytes: answer.payload.filler.length };
  const { code, message } = answer.error;
  return { ok: false, code, message };
}
