import type { BenchmarkSlice } from '#shared/api/hardware.ts';
import type { BenchmarkReport } from '#shared/domain/machine/benchmark.ts';
import { compareBenchmarks } from '#shared/domain/machine/compareBenchmarks.ts';
import { type CommandContext, exitCodes, type ExitCode } from '#main/cli/program/CommandContext.ts';
import { requireModel } from '#main/cli/models/findModel.ts';
import { formatTable } from '#main/cli/program/formatTable.ts';
import { type BenchmarkSource, withBenchmark } from './withBenchmark.ts';

export interface BenchmarkOptions {
  readonly model?: string;
  readonly quick: boolean;
}

/** `benchmark`: prints progress lines, then one line with all results. */
export async function benchmark(context: CommandContext, { model, quick }: BenchmarkOptions): Promise<ExitCode> {
  return withBenchmark(context, async (source) => {
    const only = model === undefined ? {} : { models: [(await requireModel(source, model)).digest] };
    let shown = '';
    source.onState(({ running }) => {
      if (running !== null && running.text !== shown) printProgress(context, running);
      shown = running?.text ?? shown;
    });
    const stop = context.onInterrupt(() => void source.call('benchmark.cancel', {}).catch(() => {}));
    try {
      await source.call('benchmark.start', { set: quick ? 'quick' : 'full', ...only });
      return await waitForEnd(context, source);
    } finally {
      stop();
    }
  });
}

async function waitForEnd(context: CommandContext, source: BenchmarkSource): Promise<ExitCode> {
  for (;;) {
    const end = await source.call('benchmark.wait', {});
    switch (end.kind) {
      case 'waiting':
        break;
      case 'done':
        await printResult(context, source, end.report);
        return exitCodes.done;
      case 'idle':
      case 'cancelled':
        return failed(context, 'cancelled', 'The benchmark was cancelled; no result was stored.');
      case 'failed':
        return failed(context, 'internal', end.message);
    }
  }
}

function failed(context: CommandContext, code: string, message: string): ExitCode {
  context.line({ event: 'error', code, message });
  context.note(message);
  return exitCodes.failed;
}

function printProgress(context: CommandContext, running: NonNullable<BenchmarkSlice['running']>): void {
  const { phase, text, share, model, latest } = running;
  context.line({ event: 'progress', phase, text, share, model: model?.name ?? null, latest });
  context.say(`${String(Math.round(share * 100)).padStart(3)} %  ${text}`);
}

async function printResult(context: CommandContext, source: BenchmarkSource, report: BenchmarkReport): Promise<void> {
  context.line({ event: 'result', ...resultLine(report) });
  const { reports } = await source.call('benchmark.history', { limit: 20 });
  const before = reports.find(({ at, set }) => at < report.at && set === report.set);
  context.say(resultText(report, before));
}

/** The result as a `--json` line; fields may be added in later versions. */
export function resultLine(report: BenchmarkReport): Record<string, unknown> {
  const { memory, disk, link, models, skipped, load, set, at, tookMs } = report;
  return {
    memoryGBs: memory.value?.gigabytesPerSecond ?? null,
    disk: disk.value,
    link: link.value,
    models: models.map((model) => ({
      digest: model.digest,
      name: model.name,
      threads: model.threads,
      prefillThreads: model.prefillThreads,
      slots: model.slots,
      prefillTokensPerSecond: model.prefillTokensPerSecond,
      decode: model.decode,
      spread: model.spread,
    })),
    memorySpread: memory.value?.spread ?? null,
    skipped,
    unknown: { memory: memory.reason, disk: disk.reason, link: link.reason },
    busy: load.isBusy,
    otherPercent: load.otherPercent,
    set,
    at: new Date(at).toISOString(),
    tookMs,
  };
}

function resultText(report: BenchmarkReport, before: BenchmarkReport | undefined): string {
  const { memory, disk, link, models, skipped, load } = report;
  const rows = models.map((model) => [
    model.name,
    String(model.slots),
    `${model.threads}/${model.prefillThreads}`,
    String(Math.round(model.prefillTokensPerSecond)),
    model.decode.map((row) => `${row.sequences}: ${Math.round(row.tokensPerSecond)}`).join('  '),
    `${Math.round(model.spread * 100)} %`,
  ]);
  return [
    load.isBusy
      ? `The computer was busy (${Math.round(load.otherPercent ?? 0)} %). Repeat the benchmark when it is idle.`
      : '',
    `Memory: ${memory.value === null ? memory.reason : `${memory.value.gigabytesPerSecond.toFixed(1)} GB/s`}`,
    `Disk: ${disk.value === null ? disk.reason : diskText(disk.value)}`,
    `Coordinator: ${link.value === null ? link.reason : linkText(link.value)}`,
    ...(rows.length === 0
      ? []
      : ['', formatTable(['MODEL', '>SLOTS', '>THREADS', '>READS/S', 'WRITES/S BY ANSWERS', '>SPREAD'], rows)]),
    ...skipped.map(({ name, reason }) => `${name} was not measured: ${reason}`),
    ...(before === undefined ? [] : ['', ...changesText(before, report)]),
  ]
    .filter((line, index) => line !== '' || index > 0)
    .join('\n');
}

function diskText({ writeMBs, readMBs, readFromCache }: NonNullable<BenchmarkReport['disk']['value']>): string {
  const read = `reads ${Math.round(readMBs)} MB/s${readFromCache ? ' (from memory)' : ''}`;
  return `writes ${Math.round(writeMBs)} MB/s, ${read}`;
}

function linkText({ roundTripMs, upMbits, downMbits }: NonNullable<BenchmarkReport['link']['value']>): string {
  const roundTrip = `${roundTripMs.toFixed(1)} ms round trip`;
  if (upMbits === null || downMbits === null) return roundTrip;
  return `${roundTrip}, ${Math.round(upMbits)} Mbit/s up, ${Math.round(downMbits)} Mbit/s down`;
}

function changesText(before: BenchmarkReport, report: BenchmarkReport): string[] {
  const changes = compareBenchmarks(before, report).filter(({ isNoise }) => !isNoise);
  if (changes.length === 0) return ['As fast as last time.'];
  return changes.map(({ what, model, changePercent }) => {
    const sign = changePercent > 0 ? '+' : '';
    return `${what.replace('_', ' ')}${model === null ? '' : ` of ${model.name}`}: ${sign}${Math.round(changePercent)} %`;
  });
}
