import { FitLine } from '#renderer/features/models/fit/FitLine.tsx';
import { GetButton } from './GetButton.tsx';
import { ModelRow } from '#renderer/features/models/ModelRow.tsx';
import { bytesText } from '#renderer/format/numbers.ts';
import type { ShippedModel } from '#shared/api/models.ts';

/** A shipped model that was removed; installing it again needs no download. */
export function ShippedRow({ model }: { readonly model: ShippedModel }) {
  const { id, name, sizeBytes, quantisation, licence, purpose, verdict, installed } = model;
  return (
    <ModelRow name={name} facts={[bytesText(sizeBytes), quantisation, licence, 'included']} purpose={purpose}>
      <FitLine fit={verdict.fit} sentence={verdict.sentence} />
      <div className="flex items-center justify-end gap-1">
        <GetButton id={id} installed={installed} name={name} />
      </div>
    </ModelRow>
  );
}
