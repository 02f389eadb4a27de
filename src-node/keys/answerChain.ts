import { hash } from 'node:crypto';
import { base64urlnopad } from '@scure/base';
import canonicalize from 'canonicalize';
import { type ChainStart, idBytes } from '#shared/protocol/chain.ts';

/** Hash of the token ids a run starts from: the prompt's, then those of the answer it continues (trust 4.1). */
export function inputHash(promptIds: readonly number[], prefixIds: readonly number[] = []): string {
  return hash('sha256', idBytes([...promptIds, ...prefixIds]), 'base64url');
}

/** Head of the answer chain before the first token. */
export function chainStart(start: ChainStart): string {
  return hash('sha256', canonicalize(start) ?? '', 'base64url');
}

const headBytes = 32;

/** Head of the chain after these ids: h ← SHA-256(h ‖ id) once per token, so that chunk boundaries do not matter. */
export function extendChain(head: string, ids: readonly number[]): string {
  const decoded = base64urlnopad.decode(head);
  const link = Buffer.alloc(headBytes + 4);
  link.set(decoded);
  let last = head;
  for (const id of ids) {
    link.writeUInt32LE(id, headBytes);
    // One call per token: text output is three times as fast as a buffer per call.
    last = hash('sha256', link, 'base64url');
    link.write(last, 'base64url');
  }
  return last;
}
