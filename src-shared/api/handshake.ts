import { z } from 'zod';
import { WireError } from '#shared/domain/errorCodes.ts';

/**
 * Every local connection (interface, CLI) proves a secret before anything else, the engine first, so that a program
 * squatting on the port learns nothing (rules 8.2). Steps on a fresh Socket.IO connection, each with an acknowledgement:
 *
 * 1. client emits `local:hello` {secretId, clientNonce} → {serverNonce, proof} where
 *    proof = base64url(HMAC-SHA-256(key, "open-swarm/local/engine/v1\n" + clientNonce + "\n" + serverNonce)).
 * 2. client checks it, then emits `local:prove` {proof} with "open-swarm/local/client/v1\n" in front → LocalWelcome.
 *
 * A secret is `id.key`: the id names it, the key (32 bytes, base64url, used as its UTF-8 text) never travels.
 * Kinds: the owner's (in HOME/run/engine.json), one per browser, and the code of the address `#code=id.key`, good once.
 */
export const localHelloEvent = 'local:hello';
export const localProveEvent = 'local:prove';
/** The acknowledgement of every step and call. */
export const LocalReply = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), payload: z.unknown() }),
  z.object({ ok: z.literal(false), error: WireError }),
]);
export type LocalReply = z.infer<typeof LocalReply>;
/** Afterwards: client emits `call` {name, input} → Reply; the engine emits `event` {name, payload}. */
export const localCallEvent = 'call';
export const localPushEvent = 'event';

export const LocalSecret = z
  .string()
  .max(200)
  .regex(/^[A-Za-z0-9_-]{1,64}\.[A-Za-z0-9_-]{20,100}$/, 'must be a local secret (id.key)');

export const LocalHello = z.object({ secretId: z.string().min(1).max(64), clientNonce: z.string().min(20).max(100) });
export const LocalHelloReply = z.object({ serverNonce: z.string().min(20).max(100), proof: z.string().max(100) });
export const LocalProve = z.object({ proof: z.string().max(100) });
/** `browserSecret` is issued once, for a proof with a one-time code; keep it for this origin. */
export const LocalWelcome = z.object({ version: z.string(), browserSecret: LocalSecret.nullable() });

/** Text whose HMAC proves the secret; the two sides differ in the first line. */
export function localProofText(side: 'engine' | 'client', clientNonce: string, serverNonce: string): string {
  return `open-swarm/local/${side}/v1\n${clientNonce}\n${serverNonce}`;
}

/** HOME/run/engine.json (0600): how the owner's own programs reach the engine. */
export const EngineFile = z.object({
  pid: z.int(),
  startedAt: z.number(),
  port: z.int().min(1).max(65_535),
  /** Owner's secret, `id.key`. */
  secret: LocalSecret,
  version: z.string(),
});
export type EngineFile = z.infer<typeof EngineFile>;
