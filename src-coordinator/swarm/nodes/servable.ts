import type { CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { ModelShape, OfferedModel } from '#shared/domain/models/model.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { z } from 'zod';

/** A model of a node as the coordinator believes it. */
export interface ServableModel {
  readonly digest: string;
  readonly name: string;
  readonly types: readonly TaskType[];
  readonly languages: readonly string[];
  readonly slots: number;
  readonly tokensPerSecond: number | null;
  readonly shape: z.infer<typeof ModelShape>;
  /** Only catalogue models take paid tasks in a public swarm (rules 1.4). */
  readonly inCatalogue: boolean;
}

/**
 * What is believed of the models a node offers. The catalogue decides shape, size class and purpose of what it knows;
 * other files keep the node's own shape, count as the smallest size, and serve nobody else in a public swarm.
 */
export function servableModels(
  offered: readonly OfferedModel[],
  catalogue: ReadonlyMap<string, CatalogueEntry>,
): ServableModel[] {
  const seen = new Set<string>();
  return offered.flatMap((model) => {
    if (seen.has(model.digest)) return [];
    seen.add(model.digest);
    const known = catalogue.get(model.digest);
    return [known === undefined ? asClaimed(model) : asKnown(model, known)];
  });
}

function asKnown(model: OfferedModel, known: CatalogueEntry): ServableModel {
  const { vocabSize, eogIds, sizeClass } = known;
  // A node may run a model with less context than it was made for, never with more.
  const contextSize = Math.min(known.contextSize, model.shape.contextSize);
  return {
    digest: known.digest,
    name: known.name,
    types: known.types,
    languages: known.languages,
    slots: model.slots,
    tokensPerSecond: model.tokensPerSecond,
    shape: { vocabSize, eogIds, sizeClass, contextSize },
    inCatalogue: true,
  };
}

function asClaimed(model: OfferedModel): ServableModel {
  return { ...model, shape: { ...model.shape, sizeClass: 'tiny' }, inCatalogue: false };
}
