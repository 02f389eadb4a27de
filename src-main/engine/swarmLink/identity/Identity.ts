import type { NodeCertificate } from '#shared/protocol/challenge.ts';
import { type SigningKey, createSigningKey, keyId, loadSigningKey } from '#node/keys/keys.ts';
import { z } from 'zod';

/** The secrets of an identity: the seeds of both keys. */
export const IdentitySeeds = z.object({
  version: z.literal(1),
  accountSeed: z.string().max(64),
  nodeSeed: z.string().max(64),
  /** UTC ms at which the node's certificate was made. */
  certifiedAt: z.int(),
});
export type IdentitySeeds = z.infer<typeof IdentitySeeds>;

/** An account and one node of it, able to sign. */
export interface Identity {
  readonly accountId: string;
  readonly nodeId: string;
  readonly nodeKey: SigningKey;
  /** The account vouches for the node. */
  readonly certificate: NodeCertificate;
}

/** Fresh seeds; `accountSeed` keeps an existing account. */
export function makeSeeds(now: number, accountSeed?: string): IdentitySeeds {
  return {
    version: 1,
    accountSeed: accountSeed ?? createSigningKey().exportSecret(),
    nodeSeed: createSigningKey().exportSecret(),
    certifiedAt: Math.round(now),
  };
}

/** The identity of these seeds. Throws a RangeError for anything else. */
export function identityOf(seeds: IdentitySeeds): Identity {
  const accountKey = loadSigningKey(seeds.accountSeed);
  const nodeKey = loadSigningKey(seeds.nodeSeed);
  const claim = {
    accountId: keyId('acc', accountKey.publicKey),
    accountKey: accountKey.publicKey,
    nodeId: keyId('node', nodeKey.publicKey),
    nodeKey: nodeKey.publicKey,
    issuedAt: seeds.certifiedAt,
  };
  const certificate = { ...claim, signature: accountKey.sign('certificate', claim) };
  return { accountId: claim.accountId, nodeId: claim.nodeId, nodeKey, certificate };
}
