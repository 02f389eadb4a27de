import { addressOf } from '#shared/domain/models/completeEntries.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { HubClient } from '#engine/models/downloads/HubClient.ts';
import type { InspectedFile } from '#engine/models/catalogue/admittedEntry.ts';
import { lookError } from './lookError.ts';
import { readRemoteHeader } from './readRemoteHeader.ts';
import { publicHub, type ResolvedSource } from './resolveSource.ts';

/**
 * Reads the header of a file on a hub; digest and size are the hub's own, which must be those of the catalogue where it
 * knows them. Rejects with a SwarmError that names the field.
 */
export async function inspectRemote(
  client: HubClient,
  resolved: ResolvedSource,
  signal: AbortSignal,
): Promise<InspectedFile> {
  const { address, file, sha256, sizeBytes, fileName, catalogueId, family } = resolved;
  const { header, identity } = await readRemoteHeader(client, address, signal).catch((error: unknown) => {
    throw lookError(error);
  });
  // Without a pinned revision the server may have another version than the one whose digest the catalogue knows.
  const pinned = file !== null && file.revision !== null ? sha256 : null;
  const digest = identity.sha256 ?? pinned;
  if (digest === null) {
    throw refused('digest', 'The server does not tell it. Download the file, and add the file itself.');
  }
  if (sha256 !== null && digest !== sha256) {
    throw refused('digest', `The server has ${digest.slice(0, 12)}…, the catalogue ${sha256.slice(0, 12)}….`);
  }
  if (sizeBytes !== null && identity.totalBytes !== sizeBytes) {
    throw refused('sizeBytes', `The server has ${identity.totalBytes} bytes, the catalogue ${sizeBytes}.`);
  }
  return { header, digest, fileName, catalogueId, family, source: sourceOf(resolved, identity.revision) };
}

/** Where others find this very file: on the public hub when the catalogue knows it there, else where it was looked at. */
function sourceOf({ address, file }: ResolvedSource, revision: string | null): InspectedFile['source'] {
  if (file !== null) return addressOf(publicHub, { ...file, revision: file.revision ?? revision });
  const url = new URL(address);
  if (url.protocol !== 'https:') return 'imported';
  if (revision !== null) url.pathname = url.pathname.replace(/^(\/[^/]+\/[^/]+\/resolve\/)[^/]+\//, `$1${revision}/`);
  return url.href;
}

function refused(field: string, why: string): SwarmError {
  return new SwarmError('model_refused', `${field}: ${why}`, { field });
}
