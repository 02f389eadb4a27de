import { z } from 'zod';
import { WireError } from '#shared/domain/errorCodes.ts';

/** Version of the protocol between node and coordinator. */
export const protocolVersion = 2;

/** Limits of messages: bytes and JSON depth of each, chunks per second and assignment, lease renewals per second (rules 3.4). */
export const wireLimits = {
  messageBytes: 1024 * 1024,
  jsonDepth: 16,
  chunksPerSecond: 25,
  renewalsPerSecond: 2,
  /** Link probes: a benchmark sends a burst, then continues slowly. */
  probesPerSecond: 2,
  probesAtOnce: 120,
} as const;

/** Every message in both directions. `payload` is parsed by the schema of its `type`; unknown fields are ignored. */
export const Envelope = z.object({
  v: z.literal(protocolVersion),
  /** Chosen by the sender. Replies have none, since Socket.IO pairs an acknowledgement with its message. */
  id: z.string().min(1).max(64),
  type: z.string().min(1).max(64),
  /** UTC milliseconds by the sender's clock; for logs only. */
  ts: z.number(),
  /** Trace id shared by the log lines of both sides. */
  trace: z.string().max(64).optional(),
  payload: z.unknown(),
});
export type Envelope = z.infer<typeof Envelope>;

/** The acknowledgement of a message. */
export const Reply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), payload: z.unknown() }),
  z.object({ ok: z.literal(false), error: WireError }),
]);
export type Reply = z.infer<typeof Reply>;

/** The one Socket.IO event that carries envelopes. */
export const wireEvent = 'message';

/** True if a parsed JSON value is nested deeper than `limit`. Iterative, so that hostile nesting cannot overflow the stack. */
export function isTooDeep(value: unknown, limit: number = wireLimits.jsonDepth): boolean {
  let level = isObject(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: object[] = [];
    for (const item of level) {
      const values: unknown[] = Object.values(item);
      if (values.length > 0 && depth >= limit) return true;
      for (const each of values) if (isObject(each)) next.push(each);
    }
    level = next;
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
