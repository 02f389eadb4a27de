import type { HubClient } from '#engine/models/downloads/HubClient.ts';
import { RemoteBytes } from '#engine/models/downloads/RemoteBytes.ts';
import { lookAt, type RemoteIdentity } from '#engine/models/downloads/RemoteFile.ts';
import { type GgufHeader, readHeaderFrom } from '#engine/models/gguf/ggufHeader.ts';

const headerLimitBytes = 64 * 2 ** 20;

/** What a remote file says of its model, and which version of it said so. */
export interface RemoteHeader {
  readonly header: GgufHeader;
  readonly identity: RemoteIdentity;
}

/** Reads the header of a remote file and no more of it. Rejects with a DownloadError or a ModelFileError. */
export async function readRemoteHeader(client: HubClient, address: string, signal: AbortSignal): Promise<RemoteHeader> {
  const remote = await lookAt(client, address, signal);
  const bytes = new RemoteBytes(client, remote, { limitBytes: headerLimitBytes, signal });
  return { header: await readHeaderFrom(bytes, remote.identity.totalBytes), identity: remote.identity };
}
