import type { HubFile } from '#shared/api/models.ts';
import type { CatalogueFamily } from '#shared/domain/models/catalogueFamily.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { DownloadError } from '#engine/models/downloads/DownloadError.ts';
import type { HubAnswer, HubClient } from '#engine/models/downloads/HubClient.ts';
import { checkStatus } from '#engine/models/downloads/RemoteFile.ts';
import { hubSizes } from './hubSizes.ts';
import { lookError } from './lookError.ts';

const mostBytes = 2 * 2 ** 20;
/** The hub puts a thousand entries on a page. */
const mostPages = 8;

/** The repository's list, and the commit that it is of where the hub told. */
interface Listed {
  readonly entries: readonly unknown[];
  readonly revision: string | null;
}

/**
 * Asks a hub which files the repository of a family's first file holds, and keeps those that are a size of the model.
 * Rejects with a SwarmError: `not_found`, `forbidden` (a token is needed), `timeout` or `not_connected`.
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
    if (signal.aborted) throw new SwarmError('timeout', 'The hub took too long to answer.', { cause: error });
    throw lookError(inWords(error, new URL(hub).host, repository));
  }
}

async function readList(client: HubClient, from: string, signal: AbortSignal): Promise<Listed> {
  const entries: unknown[] = [];
  let revision: string | null = null;
  let next: string | null = from;
  let bytesLeft = mostBytes;
  for (let page = 0; page < mostPages && next !== null; page += 1) {
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
    if (length > limitBytes) throw noList(answer, 'it is far too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function listIn(text: Buffer, answer: HubAnswer): readonly unknown[] {
  let list: unknown;
  try {
    list = JSON.parse(text.toString('utf8'));
  } catch {
    throw noList(answer, 'the network may want you to sign in first');
  }
  if (!Array.isArray(list)) throw noList(answer, 'it may be another kind of hub');
  return list;
}

/** The address of the next page in `Link: <…>; rel="next"`, on the same server; null at the last one. */
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

function noList({ address }: HubAnswer, why: string): DownloadError {
  return new DownloadError('server_refused', `What ${new URL(address).host} sends is no list of files: ${why}.`);
}

/** The sentences of downloads speak of one file. */
function inWords(error: unknown, host: string, repository: string): unknown {
  if (!(error instanceof DownloadError)) return error;
  if (error.code === 'not_found') {
    return new DownloadError('not_found', `${host} has no ${repository} any more.`, { cause: error });
  }
  if (error.code !== 'access_denied') return error;
  const message = `${host} does not show what ${repository} holds: an access token may be needed, or its terms accepted first.`;
  return new DownloadError('access_denied', message, { cause: error });
}
