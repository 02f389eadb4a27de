import type { BenchmarkReport, ModelSpeed } from '#shared/domain/machine/benchmark.ts';
import type { MeasuredPlan } from '#engine/ports/inference/MeasuredPlan.ts';

/** Number of latest reports that are considered; older ones no longer describe the machine. */
export const consideredReports = 50;

/**
 * The valid speeds by digest: from the newest undisturbed report that measured the model, else from the newest. Expects
 * `reports` newest first.
 */
export function newestSpeeds(reports: readonly BenchmarkReport[]): Map<string, ModelSpeed> {
  const speeds = new Map<string, ModelSpeed>();
  const trusted = [...reports.filter(({ load }) => !load.isBusy), ...reports.filter(({ load }) => load.isBusy)];
  for (const report of trusted) {
    for (const model of report.models) if (!speeds.has(model.digest)) speeds.set(model.digest, model);
  }
  return speeds;
}

/** Largest spread at which the result of a disturbed report still counts. */
const trustedSpread = 0.25;

/**
 * The plans of all measured models, by digest. Results distorted by other programs are ignored; such a model is served
 * as if it had not been measured.
 */
export function measuredPlans(reports: readonly BenchmarkReport[]): Map<string, MeasuredPlan> {
  const trusted = reports.map((report) => ({
    ...report,
    models: report.models.filter(({ spread }) => !report.load.isBusy || spread <= trustedSpread),
  }));
  return new Map([...newestSpeeds(trusted)].map(([digest, model]) => [digest, planOf(model)]));
}

function planOf(model: ModelSpeed): MeasuredPlan {
  const offered = model.decode.filter((row) => row.sequences <= model.slots);
  return {
    slots: model.slots,
    decodeThreads: Math.max(model.threads, ...offered.map((row) => row.threads)),
    prefillThreads: model.prefillThreads,
    tokensPerSecond: model.decode[0]?.tokensPerSecond ?? 0,
  };
}
