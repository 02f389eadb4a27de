import path from 'node:path';
import { digestFile } from '#node/digestFile.ts';
import type { Catalogue } from '#shared/domain/models/catalogue.ts';
import { addressOf } from '#shared/domain/models/completeEntries.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { InspectedFile } from './admittedEntry.ts';
import { readGgufHeader } from '#engine/models/gguf/ggufHeader.ts';
import { toSwarmError } from '#engine/models/hub/toSwarmError.ts';
import { fileOfDigest, publicHub } from '#engine/models/catalogue/resolveSource.ts';

/**
 * Inspects a file on this machine, reading all of it. Rejects with a SwarmError `not_found` or `model_refused`, or
 * Node's error.
 */
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
    throw toSwarmError(error);
  }
}
