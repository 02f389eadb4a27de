import type { ShippedModel } from '#shared/api/models.ts';
import type { Viewer } from '#engine/models/catalogue/catalogueView.ts';
import { judgeFit, unknownFit } from '#engine/models/fit/judgeFit.ts';
import type { Shipped } from './ModelLibrary.ts';
import { correctionFor } from '#engine/models/fit/LoadMeasurements.ts';

/** The models that ship with the app, with their state on this machine: whether each is installed and would run. */
export function shippedView(shipped: readonly Shipped[], { installed, machine, measurements }: Viewer): ShippedModel[] {
  return shipped.map(({ entry, header }) => {
    const { id, name, purpose, types, languages, quantisation, sizeBytes, digest, licence } = entry;
    const correction = correctionFor(entry, measurements);
    const shape = header === null ? null : { ...header, trainedContext: header.contextSize, contextSize: undefined };
    return {
      id,
      name,
      purpose,
      types,
      languages,
      quantisation,
      sizeBytes,
      digest,
      licence,
      installed: installed.some((model) => model.digest === digest),
      verdict: shape === null ? unknownFit(machine) : judgeFit(shape, machine, correction),
    };
  });
}
