import type { HubFile } from '#shared/api/models.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { DownloadError } from '#engine/models/transfer/DownloadError.ts';
import type { HubAnswer, HubClient } from '#engine/models/transfer/HubClient.ts';
import { checkStatus } from '#engine/models/transfer/RemoteFile.ts';
import { hubSizes } from './hubSizes.ts';
import { toSwarmError } from './toSwarmError.ts';

const maxBytes = 2 * 2 ** 20;
/** Each page has a thousand entries. */
const maxPages = 8;

/** A repository's list of files, and its commit if the hub states it. */
interface Listed {
  readonly entries: readonly unknown[];
  readonly revision: string | null;
}

/**
 * Lists the model files in the hub repository of a family's first file: the sizes in which the model is available.
 * Rejects with a SwarmError `not_found`, `forbidden` (an access token is needed), `timeout` or `not_connected`.
 */
export async function hubFiles(
  client: HubClient,
  family: CatalogueFamily,
  { hub, signal }: { hub: string; signal: AbortSignal },
): Promise<HubFile[]> {
  const [first] = family.files;
  if (first === undefined) return [];
  const { repository } = first;
  const root = hub.replace(/\/+$/, '');
  const address = `${root}/api/models/${repository}/tree/${first.revision ?? 'main'}?recursive=true`;
  try {
    const { entries, revision } = await readList(client, address, signal);
    return hubSizes(entries, family, { hub, repository, revision: first.revision ?? revision });
  } catch (error) {
    if (signal.aborted) throw new SwarmError('timeout', 'The hub took too long to respond.', { cause: error });
    throw toSwarmError(forRepository(error, new URL(hub).host, repository));
  }
}

async function readList(client: HubClient, from: string, signal: AbortSignal): Promise<Listed> {
  const entries: unknown[] = [];
  let revision: string | null = null;
  let next: string | null = from;
  let bytesLeft = maxBytes;
  for (let page = 0; page < maxPages && next !== null; page += 1) {
    const answer: HubAnswer = await client.get({ address: next, headers: { accept: 'application/json' }, signal });
    try {
      checkStatus(answer, [200]);
      const text = await readText(answer, bytesLeft);
      bytesLeft -= text.length;
      entries.push(...listIn(text, answer));
      revision ??= revisionIn(answer);
      next = nextPage(answer);
    } finally {
      answer.drop();
    }
  }
  return { entries, revision };
}

async function readText(answer: HubAnswer, limitBytes: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer.body) {
    length += piece.length;
    if (length > limitBytes) throw noList(answer, 'it is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function listIn(text: Buffer, answer: HubAnswer): readonly unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(text.toString('utf8'));
  } catch {
    throw noList(answer, 'you may have to sign in to the network first');
  }
  if (!Array.isArray(list)) throw noList(answer, 'it may not be a supported hub');
  return list;
}

/** Address of the next page, from `Link: <…>; rel="next"`; null on the last page, or when it is on another server. */
function nextPage({ headers, address }: HubAnswer): string | null {
  const { link } = headers;
  const found = typeof link === 'string' ? /<([^<>]{1,2000})>\s*;\s*rel="?next"?/.exec(link)?.[1] : undefined;
  const next = found === undefined ? null : URL.parse(found, address);
  return next !== null && next.origin === new URL(address).origin ? next.href : null;
}

function revisionIn({ headers }: HubAnswer): string | null {
  const commit = headers['x-repo-commit'];
  return typeof commit === 'string' && /^[0-9a-f]{40}$/.test(commit) ? commit : null;
}

function noList({ address }: HubAnswer, reason: string): DownloadError {
  const { host } = new URL(address);
  return new DownloadError('server_refused', `${host} sent something other than a list of files: ${reason}.`);
}

/** Rewords errors about a single file for a repository. */
function forRepository(error: unknown, host: string, repository: string): unknown {
  if (!(error instanceof DownloadError)) return error;
  if (error.code === 'not_found') {
    return new DownloadError('not_found', `${host} no longer has the repository ${repository}.`, { cause: error });
  }
  if (error.code !== 'access_denied') return error;
  const message = `${host} denies access to ${repository}. It may require an access token, or that you accept its terms first.`;
  return new DownloadError('access_denied', message, { cause: error });
}
