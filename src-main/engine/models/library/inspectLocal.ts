import path from 'node:path';
import { digestFile } from '#node/digestFile.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { addressOf } from '#shared/domain/models/completeEntries.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InspectedFile } from '#engine/models/catalogue/admittedEntry.ts';
import { readGgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { lookError } from '#engine/models/hub/lookError.ts';
import { fileOfDigest, publicHub } from '#engine/models/hub/resolveSource.ts';

/** Reads a whole file of this machine. Rejects with a SwarmError `not_found` or `model_refused`, or Node's error. */
export async function inspectLocal(file: string, catalogue: Catalogue): Promise<InspectedFile> {
  try {
    const header = await readGgufHeader(file);
    const digest = await digestFile(file);
    const known = fileOfDigest(catalogue, digest);
    return {
      header,
      digest,
      fileName: path.basename(file).replace(/\.gguf$/i, ''),
      source: known === null ? 'imported' : addressOf(publicHub, known.file),
      catalogueId: known?.file.id ?? null,
      family: known?.family ?? null,
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new SwarmError('not_found', `There is no file ${file}.`, { cause: error });
    }
    throw lookError(error);
  }
}
