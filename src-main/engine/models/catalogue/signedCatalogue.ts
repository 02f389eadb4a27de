import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { verifySignature } from '#node/keys.ts';
import { Catalogue } from '#shared/domain/models/catalogue.ts';
import { Bytes32, Signature } from '#shared/domain/ids.ts';

/** A catalogue that somebody vouches for, as a file or a download. */
export const SignedCatalogue = z.object({
  version: z.literal(1),
  /** Grows with every edition; an older one never replaces a newer one. */
  edition: z.int().min(1).max(1e12),
  catalogue: z.unknown(),
  publicKey: Bytes32,
  /** Over `{edition, catalogue}`, for the purpose `catalogue`. */
  signature: Signature,
});
export type SignedCatalogue = z.infer<typeof SignedCatalogue>;

const Publisher = z.object({ version: z.literal(1), catalogueKeys: z.array(Bytes32).max(8) });

/** What came of a catalogue that was offered. */
export type CatalogueOffer =
  | { readonly kind: 'accepted'; readonly edition: number; readonly catalogue: Catalogue }
  | { readonly kind: 'refused'; readonly why: string };

/** The keys whose catalogues this installation accepts; a build without a publisher has none and accepts nothing. */
export async function readPublisherKeys(file: string): Promise<readonly string[]> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  return Publisher.parse(content).catalogueKeys;
}

/**
 * Judges an offered catalogue: signed by one of the keys, newer than what is there, and well formed. It never starts a
 * download: it only says what could be downloaded.
 */
export function judgeCatalogue(
  offered: unknown,
  { keys, edition }: { keys: readonly string[]; edition: number },
): CatalogueOffer {
  const signed = SignedCatalogue.safeParse(offered);
  if (!signed.success) return { kind: 'refused', why: 'It is not a signed catalogue.' };
  const { publicKey, signature, catalogue } = signed.data;
  if (!keys.includes(publicKey)) return { kind: 'refused', why: 'It is signed with a key that is not accepted here.' };
  const value = { edition: signed.data.edition, catalogue };
  if (!verifySignature({ purpose: 'catalogue', value, signature, publicKey })) {
    return { kind: 'refused', why: 'Its signature does not fit.' };
  }
  if (signed.data.edition <= edition) return { kind: 'refused', why: 'It is not newer than the one that is used.' };
  const parsed = Catalogue.safeParse(catalogue);
  if (!parsed.success) return { kind: 'refused', why: 'Its content is not a catalogue that this version understands.' };
  return { kind: 'accepted', edition: signed.data.edition, catalogue: parsed.data };
}
