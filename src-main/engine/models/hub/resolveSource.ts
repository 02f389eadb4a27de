import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Catalogue, CatalogueEntry } from '#shared/domain/models/catalogue.ts';
import type { CatalogueFamily, CatalogueFile } from '#shared/domain/models/catalogueFamily.ts';
import { addressOf, completeEntries } from '#shared/domain/models/completeEntries.ts';
import { quantisationIn } from './hubSizes.ts';
import { familyOfAddress } from '#engine/models/catalogue/knownFamily.ts';

/** Where a file is fetched from, and what is known of it before. */
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

/** The hub that the catalogue's files are published on. */
export const publicHub = `https://${hubHost}`;

/**
 * Understands what people call a file: a catalogue id (of a file, or of a family, whose first file it is then), an
 * address, or `hf:owner/repo/path.gguf[@revision]`. Throws a SwarmError `model_unknown` or `invalid_message`.
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

/** The entry of a digest among everything that the catalogue knows completely. */
export function entryOfDigest(catalogue: Catalogue, digest: string): CatalogueEntry | null {
  return completeEntries(catalogue).find((entry) => entry.digest === digest) ?? null;
}

/** The file of a digest among those that the catalogue offers, also when not everything is known of it. */
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

/** A part of an address as people read it; addresses may hold a percent sign that stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function hubAddress(text: string, hub: string): URL {
  const match = /^([\w.-]+\/[\w.-]+)\/([\w./-]+\.gguf)(?:@([\w.-]+))?$/i.exec(text);
  if (match === null) throw invalid('It must look like hf:owner/repository/file.gguf, with @revision if wanted.');
  return new URL(`${hub.replace(/\/+$/, '')}/${match[1]}/resolve/${match[3] ?? 'main'}/${match[2]}`);
}

function webAddress(text: string, hub: string): URL {
  const address = URL.parse(text);
  if (address === null) {
    throw new SwarmError('model_unknown', `The catalogue knows no model "${text}", and it is no address.`, {
      field: 'source',
    });
  }
  if (address.protocol !== 'https:' && address.protocol !== 'http:') throw invalid('It must be a web address.');
  if (address.username !== '' || address.password !== '') throw invalid('Addresses with passwords are not taken.');
  address.hash = '';
  // People copy the address of the page that shows the file.
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
