import { addressOf } from '#shared/domain/models/completeEntries.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { HubClient } from '#engine/models/transfer/HubClient.ts';
import type { InspectedFile } from './admittedEntry.ts';
import { toSwarmError } from '#engine/models/hub/toSwarmError.ts';
import { readRemoteHeader } from '#engine/models/hub/readRemoteHeader.ts';
import { publicHub, type ResolvedSource } from '#engine/models/catalogue/resolveSource.ts';

/**
 * Inspects a file on a hub by its header. Digest and size are those stated by the hub, and must match the catalogue
 * where it has them. Rejects with a SwarmError that names the field.
 */
export async function inspectRemote(
  client: HubClient,
  resolved: ResolvedSource,
  signal: AbortSignal,
): Promise<InspectedFile> {
  const { address, file, sha256, sizeBytes, fileName, catalogueId, family } = resolved;
  const { header, identity } = await readRemoteHeader(client, address, signal).catch((error: unknown) => {
    throw toSwarmError(error);
  });
  // Without a pinned revision the server may have another version than the one in the catalogue.
  const pinned = file !== null && file.revision !== null ? sha256 : null;
  const digest = identity.sha256 ?? pinned;
  if (digest === null) {
    throw refused('digest', 'the server does not state it. Download the file and add it from disk.');
  }
  if (sha256 !== null && digest !== sha256) {
    throw refused('digest', `the server has ${digest.slice(0, 12)}…, but the catalogue ${sha256.slice(0, 12)}….`);
  }
  if (sizeBytes !== null && identity.totalBytes !== sizeBytes) {
    throw refused('sizeBytes', `the server has ${identity.totalBytes} bytes, but the catalogue ${sizeBytes}.`);
  }
  return { header, digest, fileName, catalogueId, family, source: sourceOf(resolved, identity.revision) };
}

/** Public address of this file: on the public hub when the catalogue lists it there, else the inspected address. */
function sourceOf({ address, file }: ResolvedSource, revision: string | null): InspectedFile['source'] {
  if (file !== null) return addressOf(publicHub, { ...file, revision: file.revision ?? revision });
  const url = new URL(address);
  if (url.protocol !== 'https:') return 'imported';
  if (revision !== null) url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+\/resolve\/)[^/]+\//, `$1${revision}/`);
  return url.href;
}

function refused(field: string, reason: string): SwarmError {
  return new SwarmError('model_refused', `${field}: ${reason}`, { field });
}
