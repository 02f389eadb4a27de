import { Notice } from '#renderer/components/messages/Notice.tsx';
import { measuredRows, modelChange, spreadText } from '#renderer/features/hardware/benchmarkWords.ts';
import { count, rateText } from '#renderer/format/numbers.ts';
import type { BenchmarkReport, ModelSpeed } from '#shared/domain/machine/benchmark.ts';

interface BenchmarkResultsProps {
  readonly report: BenchmarkReport;
  /** The previous comparable run; null without one. */
  readonly previous: BenchmarkReport | null;
}

const headClass = 'px-4 text-left font-medium';
const cellClass = 'px-4 py-2 align-top';

/** Results of a run: the machine first, then each model. */
export function BenchmarkResults({ report, previous }: BenchmarkResultsProps) {
  return (
    <>
      <div className="overflow-x-auto">
        <table aria-label="Machine" className="number w-full text-sm">
          <thead>
            <tr className="h-8 border-b border-line text-xs text-quiet">
              <th className={headClass}>Part</th>
              <th className={headClass}>Speed</th>
              <th className={headClass}>Spread</th>
              <th className={headClass}>Change</th>
            </tr>
          </thead>
          <tbody>
            {measuredRows(report, previous).map(({ id, title, value, note, spread, change }) => (
              <tr key={id} className="border-b border-line">
                <td className={cellClass}>
                  {title}
                  <span className="block text-xs text-quiet">{note}</span>
                </td>
                <td className={cellClass}>
                  {value === null ? (
                    <span className="text-caution-text">Not measured</span>
                  ) : (
                    <b className="font-medium">{value}</b>
                  )}
                </td>
                <td className={`${cellClass} text-quiet`}>{spread}</td>
                <td className={`${cellClass} text-quiet`}>{change}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {report.models.length === 0 ? null : (
        <div className="overflow-x-auto">
          <table aria-label="Models" className="number w-full text-sm">
            <thead>
              <tr className="h-8 border-b border-line text-xs text-quiet">
                <th className={headClass}>Model</th>
                <th className={headClass}>Prompt</th>
                <th className={headClass}>Generation</th>
                <th className={headClass}>Parallel tasks</th>
                <th className={headClass}>Spread</th>
                <th className={headClass}>Change</th>
              </tr>
            </thead>
            <tbody>
              {report.models.map((model) => (
                <ModelLine key={model.digest} model={model} change={modelChange(model.digest, report, previous)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {report.skipped.length === 0 ? null : (
        <div className="flex flex-col gap-1 px-4 py-3">
          {report.skipped.map(({ digest, name, reason }) => (
            <Notice key={digest} tone="caution">
              {name} was not measured: {reason}
            </Notice>
          ))}
        </div>
      )}
    </>
  );
}

function ModelLine({ model, change }: { readonly model: ModelSpeed; readonly change: string }) {
  const [alone, ...together] = model.decode;
  return (
    <tr className="border-b border-line last:border-b-0">
      <td className={cellClass}>
        {model.name}
        <span className="block text-xs text-quiet">
          {count(model.threads)} threads for generation, {count(model.prefillThreads)} for prompts
        </span>
      </td>
      <td className={cellClass}>{rateText(model.prefillTokensPerSecond)}</td>
      <td className={cellClass}>
        <b className="font-medium">{alone === undefined ? '' : rateText(alone.tokensPerSecond)}</b>
        {together.length === 0 ? null : (
          <span className="block text-xs text-quiet">
            {together
              .map(({ sequences, tokensPerSecond }) => `${count(sequences)} in parallel: ${count(tokensPerSecond)}`)
              .join(' · ')}
          </span>
        )}
      </td>
      <td className={cellClass}>{model.slots === 1 ? '1 task' : `${count(model.slots)} tasks`}</td>
      <td className={`${cellClass} text-quiet`}>{spreadText(model.spread)}</td>
      <td className={`${cellClass} text-quiet`}>{change}</td>
    </tr>
  );
}
