import type { Command } from '#coordinator/books/Books.ts';

/** An access token's row; `expires` in UTC milliseconds. */
export interface NewToken {
  readonly jti: string;
  readonly accountId: string;
  readonly nodeId: string;
  readonly expires: number;
}

/** Stores an access token, so that it counts as valid until it expires or is revoked. */
export function saveToken(token: NewToken): Command<void> {
  return {
    kind: 'saveToken',
    input: token,
    rows: { tokens: [token.jti] },
    rule: (tables) => tables.nodes.saveToken(token.jti, token),
  };
}

/** Revokes a token. Returns false if there is no such token or it was already revoked. */
export function revokeToken(jti: string): Command<boolean> {
  return { kind: 'revokeToken', input: jti, rows: { tokens: [jti] }, rule: (tables) => tables.nodes.revokeToken(jti) };
}
