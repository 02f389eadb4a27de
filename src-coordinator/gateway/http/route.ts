import type { z } from 'zod';
import type { Bearer } from '#coordinator/members/AccessTokens.ts';
import type { Scope } from '#coordinator/members/scopes.ts';

/** A parsed request. `bearer` is there on routes with a scope. */
export interface RouteRequest<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  readonly address: string;
}

interface RouteBase {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** With `{name}` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
}

/** A route for everybody; limited per address. */
export interface OpenRoute extends RouteBase {
  readonly scope: null;
  readonly handle: (request: RouteRequest<unknown, unknown, unknown>) => unknown;
}

/** A route for bearers of a token with `scope`; `any` needs the token alone. */
export interface BearerRoute extends RouteBase {
  readonly scope: Scope | 'any';
  readonly handle: (request: RouteRequest<unknown, unknown, unknown>, bearer: Bearer) => unknown;
}

export type Route = OpenRoute | BearerRoute;

interface Parts<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> {
  readonly method: RouteBase['method'];
  readonly path: string;
  readonly summary: string;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply: R;
}

type Parsed<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = RouteRequest<
  z.output<P>,
  z.output<Q>,
  z.output<B>
>;

/** A route for everybody, typed by its schemas. */
export function openRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  parts: Parts<P, Q, B, R> & { handle: (request: Parsed<P, Q, B>) => z.input<R> | Promise<z.input<R>> },
): OpenRoute {
  // The server parses with these very schemas before it calls.
  return { ...parts, scope: null, handle: (request) => parts.handle(request as Parsed<P, Q, B>) };
}

/** A route for bearers, typed by its schemas. */
export function bearerRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  parts: Parts<P, Q, B, R> & {
    scope: Scope | 'any';
    handle: (request: Parsed<P, Q, B>, bearer: Bearer) => z.input<R> | Promise<z.input<R>>;
  },
): BearerRoute {
  return { ...parts, handle: (request, bearer) => parts.handle(request as Parsed<P, Q, B>, bearer) };
}
