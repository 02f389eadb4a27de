import { Credits } from '#renderer/components/data/Credits.tsx';
import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Notice } from '#renderer/components/messages/Notice.tsx';
import { Tag } from '#renderer/components/marks/Tag.tsx';
import { microOf } from '#renderer/format/credits.ts';
import { rateText } from '#renderer/format/numbers.ts';
import type { AdviceRow, EarningAdvice } from '#shared/domain/money/earningAdvice.ts';

interface AdviceDialogProps {
  readonly advice: EarningAdvice;
  readonly onClose: () => void;
}

/** Maximum rows to compare. */
const mostRows = 12;

/** Estimated earnings of each fitting model, best first, with their basis. */
export function AdviceDialog({ advice: { basis, rows }, onClose }: AdviceDialogProps) {
  const byDemand = basis === 'demand';
  return (
    <Dialog
      open
      width="wide"
      onClose={onClose}
      title="Estimated earnings by model"
      description={
        byDemand
          ? 'Based on the swarm’s demand in the last hour, shared among the nodes that serve it, at today’s prices.'
          : 'For a fully busy hour at today’s prices. The actual demand is not known right now.'
      }
    >
      <table aria-label="Estimated earnings by model" className="number w-full text-sm">
        <thead>
          <tr className="h-8 border-y border-line text-xs text-quiet">
            <th className="pr-4 text-left font-medium">Model</th>
            <th className="px-4 text-right font-medium">Total speed</th>
            <th className="pl-4 text-right font-medium">{byDemand ? 'Credits per hour' : 'Credits per busy hour'}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, mostRows).map((row) => (
            <Line key={row.installed ?? row.id} row={row} />
          ))}
        </tbody>
      </table>
      <Notice>
        {byDemand ? 'Where the swarm needs less than a model could produce, the lower amount is shown. ' : ''}
        Speeds marked “about” are estimated from measured models or from memory speed. Actual earnings vary.
      </Notice>
    </Dialog>
  );
}

function Line({ row }: { readonly row: AdviceRow }) {
  const { name, installed, measured, tokensPerSecond, perHour, perBusyHour } = row;
  return (
    <tr className="h-9 border-b border-line last:border-b-0">
      <td className="pr-4">
        <span className="mr-2">{name}</span>
        {installed === null ? null : <Tag tone="good">Installed</Tag>}
      </td>
      <td className="px-4 text-right text-quiet">{`${measured ? '' : 'about '}${rateText(tokensPerSecond)}`}</td>
      <td className="pl-4 text-right font-medium">
        <Credits amount={microOf(perHour ?? perBusyHour)} />
      </td>
    </tr>
  );
}
