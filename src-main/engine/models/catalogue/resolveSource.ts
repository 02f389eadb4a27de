import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Catalogue, CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily, CatalogueFile } from '#shared/domain/models/catalogueFamily.ts';
import { addressOf, completeEntries } from '#shared/domain/models/completeEntries.ts';
import { quantisationIn } from '#engine/models/gguf/modelFileName.ts';
import { familyOfAddress } from './knownFamily.ts';

/** The source of a download, and the known facts about its file. */
export interface ResolvedSource {
  readonly address: string;
  readonly name: string;
  readonly fileName: string;
  readonly catalogueId: string | null;
  readonly family: CatalogueFamily | null;
  readonly file: CatalogueFile | null;
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
}

interface KnownFile {
  readonly family: CatalogueFamily;
  readonly file: CatalogueFile;
}

const hubHost = 'huggingface.co';

/** The hub on which the catalogue's files are published. */
export const publicHub = `https://${hubHost}`;

/**
 * Resolves a source given by a person: a catalogue id (of a file, or of a family for its first file), a web address, or
 * `hf:owner/repo/path.gguf[@revision]`. `hub` is the address of the hub or a mirror. Throws a SwarmError
 * `model_unknown` or `invalid_message`.
 */
export function resolveSource(source: string, catalogue: Catalogue, hub: string): ResolvedSource {
  const known = findFile(source, catalogue);
  if (known !== null) {
    const { family, file } = known;
    return {
      address: addressOf(hub, file),
      name: `${family.name} ${file.quantisation}`,
      fileName: file.id,
      catalogueId: file.id,
      family,
      file,
      sha256: file.digest,
      sizeBytes: file.sizeBytes,
    };
  }
  const address = source.startsWith('hf:') ? hubAddress(source.slice(3), hub) : webAddress(source, hub);
  const fileName = decoded(address.pathname.split('/').at(-1) ?? '').replace(/\.gguf$/i, '') || 'model';
  const file = matchingFile(address, catalogue, hub);
  const family = file?.family ?? familyOfAddress(address.href, catalogue, hub);
  const size = family === null ? null : quantisationIn(address.pathname);
  return {
    address: address.href,
    name: family === null || size === null ? fileName : `${family.name} ${size}`,
    fileName,
    catalogueId: file?.file.id ?? null,
    family,
    file: file?.file ?? null,
    sha256: file?.file.digest ?? null,
    sizeBytes: file?.file.sizeBytes ?? null,
  };
}

/** The complete catalogue entry with this digest; null when there is none. */
export function entryOfDigest(catalogue: Catalogue, digest: string): CatalogueEntry | null {
  return completeEntries(catalogue).find((entry) => entry.digest === digest) ?? null;
}

/** The catalogue's file with this digest, even if incomplete; null when there is none. */
export function fileOfDigest(catalogue: Catalogue, digest: string): KnownFile | null {
  for (const family of catalogue.families ?? []) {
    const file = family.files.find((one) => one.digest === digest);
    if (file !== undefined) return { family, file };
  }
  return null;
}

function findFile(id: string, catalogue: Catalogue): KnownFile | null {
  for (const family of catalogue.families ?? []) {
    const file = family.id === id ? family.files[0] : family.files.find((one) => one.id === id);
    if (file !== undefined) return { family, file };
  }
  return null;
}

function matchingFile(address: URL, catalogue: Catalogue, hub: string): KnownFile | null {
  for (const family of catalogue.families ?? []) {
    for (const file of family.files) if (addressOf(hub, file) === address.href) return { family, file };
  }
  return null;
}

/** Decodes a part of an address; one that is not validly encoded is returned unchanged. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function hubAddress(text: string, hub: string): URL {
  const match = /^([\w.-]+\/[\w.-]+)\/([\w./-]+\.gguf)(?:@([\w.-]+))?$/i.exec(text);
  if (match === null)
    throw invalid('It must look like hf:owner/repository/file.gguf, optionally followed by @revision.');
  return new URL(`${hub.replace(/\/+$/, '')}/${match[1]}/resolve/${match[3] ?? 'main'}/${match[2]}`);
}

function webAddress(text: string, hub: string): URL {
  const address = URL.parse(text);
  if (address === null) {
    throw new SwarmError('model_unknown', `"${text}" is neither a model of the catalogue nor a web address.`, {
      field: 'source',
    });
  }
  if (address.protocol !== 'https:' && address.protocol !== 'http:') throw invalid('It must be a web address.');
  if (address.username !== '' || address.password !== '') throw invalid('Addresses with passwords are not allowed.');
  address.hash = '';
  // Accept the address of the page that shows the file, which people copy.
  address.pathname = address.pathname.replace(/^(\/[^/]+\/[^/]+)\/blob\//, '$1/resolve/');
  const mirror = new URL(hub);
  if (address.hostname === hubHost && mirror.hostname !== hubHost) {
    return new URL(`${mirror.origin}${address.pathname}`);
  }
  return address;
}

function invalid(message: string): SwarmError {
  return new SwarmError('invalid_message', message, { field: 'source' });
}
