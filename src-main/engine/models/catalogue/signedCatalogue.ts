import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { verifySignature } from '#node/keys/keys.ts';
import { Catalogue } from '#shared/domain/models/catalogue.ts';
import { Bytes32, Signature } from '#shared/domain/ids.ts';

/** A catalogue signed by its publisher. */
export const SignedCatalogue = z.object({
  version: z.literal(1),
  /** Increases with every edition; a lower one never replaces a higher one. */
  edition: z.int().min(1).max(1e12),
  catalogue: z.unknown(),
  publicKey: Bytes32,
  /** Signature over `{edition, catalogue}` for the purpose `catalogue`. */
  signature: Signature,
});
export type SignedCatalogue = z.infer<typeof SignedCatalogue>;

const Publisher = z.object({ version: z.literal(1), catalogueKeys: z.array(Bytes32).max(8) });

/** Result of judging an offered catalogue. */
export type CatalogueOffer =
  | { readonly kind: 'accepted'; readonly edition: number; readonly catalogue: Catalogue }
  | { readonly kind: 'refused'; readonly why: string };

/** The keys whose catalogues this installation accepts; a build without a publisher has none. */
export async function readPublisherKeys(file: string): Promise<readonly string[]> {
  const content: unknown = JSON.parse(await readFile(file, 'utf8'));
  return Publisher.parse(content).catalogueKeys;
}

/**
 * Accepts an offered catalogue if it is signed with one of the keys, newer than `edition`, and well formed. A catalogue
 * only lists what could be downloaded; it never starts a download.
 */
export function judgeCatalogue(
  offered: unknown,
  { keys, edition }: { keys: readonly string[]; edition: number },
): CatalogueOffer {
  const signed = SignedCatalogue.safeParse(offered);
  if (!signed.success) return { kind: 'refused', why: 'It is not a signed catalogue.' };
  const { publicKey, signature, catalogue } = signed.data;
  if (!keys.includes(publicKey))
    return { kind: 'refused', why: 'It is signed with a key that this installation does not accept.' };
  const value = { edition: signed.data.edition, catalogue };
  if (!verifySignature({ purpose: 'catalogue', value, signature, publicKey })) {
    return { kind: 'refused', why: 'Its signature is invalid.' };
  }
  if (signed.data.edition <= edition) return { kind: 'refused', why: 'It is not newer than the present one.' };
  const parsed = Catalogue.safeParse(catalogue);
  if (!parsed.success) return { kind: 'refused', why: 'This version does not understand its content.' };
  return { kind: 'accepted', edition: signed.data.edition, catalogue: parsed.data };
}
