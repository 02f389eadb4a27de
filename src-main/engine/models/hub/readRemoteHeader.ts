import type { HubClient } from '#engine/models/transfer/HubClient.ts';
import { RemoteBytes } from '#engine/models/transfer/RemoteBytes.ts';
import { probeRemote, type RemoteIdentity } from '#engine/models/transfer/RemoteFile.ts';
import { type GgufHeader, readHeaderFrom } from '#engine/models/gguf/ggufHeader.ts';

const headerLimitBytes = 64 * 2 ** 20;

/** The header of a remote file, and the version of the file. */
export interface RemoteHeader {
  readonly header: GgufHeader;
  readonly identity: RemoteIdentity;
}

/** Reads only the header of a remote file. Rejects with a DownloadError or a ModelFileError. */
export async function readRemoteHeader(client: HubClient, address: string, signal: AbortSignal): Promise<RemoteHeader> {
  const remote = await probeRemote(client, address, signal);
  const bytes = new RemoteBytes(client, remote, { limitBytes: headerLimitBytes, signal });
  return { header: await readHeaderFrom(bytes, remote.identity.totalBytes), identity: remote.identity };
}
