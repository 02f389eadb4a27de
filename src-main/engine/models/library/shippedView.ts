import type { ShippedModel } from '#shared/api/models.ts';
import type { InstalledModel } from '#shared/domain/models/installedModel.ts';
import { judgeFit, type MachineView, unknownFit } from '#engine/models/fit/judgeFit.ts';
import type { Shipped } from './ModelLibrary.ts';
import { correctionFor, type Lesson } from '#engine/models/fit/MemoryLessons.ts';

interface Here {
  readonly installed: readonly InstalledModel[];
  readonly machine: MachineView;
  readonly lessons: readonly Lesson[];
}

/** The models that ship with the app as they look from this machine. */
export function shippedView(shipped: readonly Shipped[], { installed, machine, lessons }: Here): ShippedModel[] {
  return shipped.map(({ entry, header }) => {
    const { id, name, purpose, types, languages, quantisation, sizeBytes, digest, licence } = entry;
    const correction = correctionFor(entry, lessons);
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
