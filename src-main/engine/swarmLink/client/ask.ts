import { fromZodError, type WireError } from '#shared/domain/errorCodes.ts';
import type { Link } from '#shared/protocol/link.ts';
import { type PayloadFor, type ReplyOf, type ToCoordinator, toCoordinator } from '#shared/protocol/messages.ts';

/** A parsed reply, or the reason why there is none. */
export type Asked<K extends keyof ToCoordinator> =
  | { readonly ok: true; readonly payload: ReplyOf<ToCoordinator, K> }
  | { readonly ok: false; readonly error: WireError };

/** Sends a typed request. Never rejects. */
export async function ask<K extends keyof ToCoordinator>(
  link: Link,
  type: K,
  payload: PayloadFor<ToCoordinator, K>,
  timeoutMs?: number,
): Promise<Asked<K>> {
  const reply = await link.request(type, payload, timeoutMs === undefined ? {} : { timeoutMs });
  if (!reply.ok) return reply;
  const parsed = toCoordinator[type].reply.safeParse(reply.payload);
  // The table pairs each type with its reply; the compiler cannot follow the index.
  return parsed.success
    ? { ok: true, payload: parsed.data as ReplyOf<ToCoordinator, K> }
    : { ok: false, error: fromZodError(parsed.error) };
}
