import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { GetButton } from './GetButton.tsx';
import { ModelRow } from '#renderer/features/models/ModelRow.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import type { ShippedModel } from '#shared/api/models.ts';

/** A model that ships with the app and was removed: it can be had again, and nothing is fetched for it. */
export function ShippedRow({ model }: { readonly model: ShippedModel }) {
  const { id, name, sizeBytes, quantisation, licence, purpose, verdict, installed } = model;
  return (
    <ModelRow name={name} facts={[bytesText(sizeBytes), quantisation, licence, 'included']} purpose={purpose}>
      <FitLine fit={verdict.fit} sentence={verdict.sentence} />
      <div className="flex items-center justify-end gap-1">
        <GetButton id={id} isHere={installed} name={name} />
      </div>
    </ModelRow>
  );
}
