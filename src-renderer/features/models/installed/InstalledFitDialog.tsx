import { Dialog } from '#renderer/components/layout/Dialog.tsx';
import { Facts } from '#renderer/components/layout/Facts.tsx';
import { Loading } from '#renderer/components/messages/Loading.tsx';
import { FitFacts } from '#renderer/features/models/fit/FitFacts.tsx';
import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { QueryProblem } from '#renderer/connected/QueryProblem.tsx';
import { languagesText } from '#renderer/format/languages.ts';
import { bytesText, count } from '#renderer/format/numbers.ts';
import { useQuery } from '#renderer/state/engine/useQuery.ts';
import type { ModelSlice } from '#shared/api/snapshot.ts';
import { taskTypes } from '#shared/domain/tasks/taskType.ts';

interface InstalledFitDialogProps {
  readonly model: ModelSlice;
  readonly onClose: () => void;
}

/** Details of an installed model and its fit, based on its header and its actual loads. */
export function InstalledFitDialog({ model, onClose }: InstalledFitDialogProps) {
  const verdict = useQuery('models.verdict', { digest: model.digest }, model.state);
  return (
    <Dialog open onClose={onClose} title={model.name} description={model.purpose}>
      {verdict.data === null ? (
        <QueryProblem query={verdict} waiting={<Loading text="Checking the model…" />} />
      ) : (
        <>
          <FitLine fit={verdict.data.fit} sentence={verdict.data.sentence} />
          <FitFacts verdict={verdict.data} />
        </>
      )}
      <div className="border-t border-line pt-3">
        <Facts
          facts={[
            ['Task types', model.types.map((type) => taskTypes[type].shortTitle).join(', ')],
            ['Languages', languagesText(model.languages)],
            ['Size', bytesText(model.sizeBytes)],
            ['Context length', `${count(model.contextSize)} tokens, prompt and answer together`],
            ['Licence', model.licence],
            ['Paid work', paidWork(model)],
            ['SHA-256', model.digest],
          ]}
        />
      </div>
    </Dialog>
  );
}

/** Where the model may do paid work: as the joined swarm reports, or the general rule. */
function paidWork({ admitted, inCatalogue }: ModelSlice): string {
  if (admitted === true) return 'in this swarm';
  if (admitted === false) return 'not in this swarm: its operator has not added the model to the catalogue';
  return inCatalogue ? 'in every swarm' : 'in private swarms, and in public ones whose catalogue includes it';
}
