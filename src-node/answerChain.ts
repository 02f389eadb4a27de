import { createHash } from 'node:crypto';
import { base64urlnopad } from '@scure/base';
import canonicalize from 'canonicalize';
import { type ChainStart, idBytes } from '#shared/protocol/chain.ts';

/** Hash of the ids that a run starts from: the prompt's, then those continued from (TRUST 4.1). */
export function inputHash(promptIds: readonly number[], prefixIds: readonly number[] = []): string {
  return base64urlnopad.encode(createHash('sha256').update(idBytes(promptIds)).update(idBytes(prefixIds)).digest());
}

/** Head of the chain before the first token. */
export function chainStart(start: ChainStart): string {
  return base64urlnopad.encode(
    createHash('sha256')
      .update(canonicalize(start) ?? '')
      .digest(),
  );
}

/** Head after these ids: h ← SHA-256(h ‖ id), once per token, so that chunking does not matter. */
export function extendChain(head: string, ids: readonly number[]): string {
  let hash: Uint8Array = base64urlnopad.decode(head);
  const bytes = idBytes(ids);
  for (let offset = 0; offset < bytes.length; offset += 4) {
    hash = createHash('sha256')
      .update(hash)
      .update(bytes.subarray(offset, offset + 4))
      .digest();
  }
  return base64urlnopad.encode(hash);
}
