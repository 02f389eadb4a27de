import { errors, jwtVerify, SignJWT } from 'jose';
import { ulid } from 'ulid';
import { z } from 'zod';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { AccountId, NodeId } from '#shared/domain/ids.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { Random } from '#shared/util/random.ts';
import { keyId, publicKeyObject, type SigningKey } from '#node/keys/keys.ts';
import type { Books } from '#coordinator/books/Books.ts';
import { saveToken } from '#coordinator/books/commands/tokens.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import { Scope, scopesOfRoles } from './scopes.ts';

/** A token is valid for 90 days and renewed after two thirds of them; milliseconds. */
export const tokenLife = { millis: 90 * 86_400_000, renewAfter: 60 * 86_400_000 } as const;

/** The bearer of a verified token. */
export interface Bearer {
  readonly accountId: string;
  readonly nodeId: string;
  readonly scopes: readonly Scope[];
  readonly jti: string;
  /** UTC milliseconds. */
  readonly issuedAt: number;
  readonly expires: number;
}

const Claims = z.object({
  jti: z.string(),
  sub: AccountId,
  node: NodeId,
  scopes: z.array(Scope),
  iat: z.number(),
  exp: z.number(),
});

interface TokenNeeds {
  readonly clock: Clock;
  readonly random: Random;
  readonly books: Books;
  readonly queries: Pick<Queries, 'isTokenValid'>;
  readonly swarmId: string;
  /** Key that signs tokens and nothing else. */
  readonly tokenKey: SigningKey;
}

/** Bearer tokens of the REST interface: EdDSA, revocable by `jti`. Sockets do not accept them. */
export class AccessTokens {
  readonly #needs: TokenNeeds;
  readonly #keyId: string;

  constructor(needs: TokenNeeds) {
    this.#needs = needs;
    this.#keyId = keyId('swm', needs.tokenKey.publicKey).slice(4, 20);
  }

  /** Creates a token; the caller stores its `jti` in the transaction that grants it. */
  async make(who: { accountId: string; nodeId: string; roles: readonly string[] }): Promise<{
    token: string;
    jti: string;
    expires: number;
  }> {
    const { clock, random, swarmId, tokenKey } = this.#needs;
    const now = Math.floor(clock.now() / 1000) * 1000;
    const expires = now + tokenLife.millis;
    const jti = ulid(clock.now(), () => random.fraction());
    const token = await new SignJWT({ node: who.nodeId, scopes: scopesOfRoles(who.roles) })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.#keyId, typ: 'JWT' })
      .setIssuer(swarmId)
      .setSubject(who.accountId)
      .setJti(jti)
      .setIssuedAt(now / 1000)
      .setExpirationTime(expires / 1000)
      .sign(tokenKey.privateKeyObject);
    return { token, jti, expires };
  }

  /** The bearer of a token. Throws `token_invalid` or `token_revoked`. */
  async verify(token: string): Promise<Bearer> {
    const claims = await this.#claims(token);
    const { clock, queries } = this.#needs;
    if (!(await queries.isTokenValid(claims.jti, clock.now()))) throw new SwarmError('token_revoked');
    return {
      accountId: claims.sub,
      nodeId: claims.node,
      scopes: claims.scopes,
      jti: claims.jti,
      issuedAt: claims.iat * 1000,
      expires: claims.exp * 1000,
    };
  }

  /** A new token if two thirds of the bearer's validity have passed, otherwise null. */
  async renew(bearer: Bearer, roles: readonly string[]): Promise<{ token: string; expires: number } | null> {
    if (this.#needs.clock.now() < bearer.issuedAt + tokenLife.renewAfter) return null;
    const made = await this.make({ ...bearer, roles });
    const { accountId, nodeId } = bearer;
    await this.#needs.books.run(saveToken({ jti: made.jti, accountId, nodeId, expires: made.expires }));
    return { token: made.token, expires: made.expires };
  }

  async #claims(token: string): Promise<z.infer<typeof Claims>> {
    const { swarmId, tokenKey, clock } = this.#needs;
    try {
      const { payload } = await jwtVerify(token, publicKeyObject(tokenKey.publicKey), {
        issuer: swarmId,
        algorithms: ['EdDSA'],
        currentDate: new Date(clock.now()),
      });
      return Claims.parse(payload);
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof z.ZodError) {
        throw new SwarmError('token_invalid', undefined, { cause: error });
      }
      throw error;
    }
  }
}
