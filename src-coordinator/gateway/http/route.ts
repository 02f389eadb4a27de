import type { z } from 'zod';
import { parseAt } from '#shared/protocol/serve.ts';
import type { Bearer } from '#coordinator/members/AccessTokens.ts';
import type { Scope } from '#coordinator/members/scopes.ts';

/** A route as the OpenAPI document describes it. */
export interface RouteDescription {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Path with `{name}` for each parameter. */
  readonly path: string;
  readonly summary: string;
  /** Scope that the token must have; `any` accepts every valid token, null needs no token. */
  readonly scope: Scope | 'any' | null;
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly reply: z.ZodType;
  /** Content type of the reply; JSON unless given. */
  readonly replyType?: 'text/event-stream';
}

/** A request whose parts are not parsed yet. */
export interface RawRequest {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** Address of the caller. */
  readonly address: string;
}

/** A route without a token; limited per address. */
export interface OpenRoute extends RouteDescription {
  readonly scope: null;
  /** Parses the request, calls the handler and checks its reply. Rejects with a SwarmError `invalid_message` or the handler's error. */
  readonly serve: (request: RawRequest) => Promise<unknown>;
}

/** A route for bearers of a token; limited per account. */
export interface BearerRoute extends RouteDescription {
  readonly scope: Scope | 'any';
  /** Like `serve` of an open route, for the bearer of a verified token. */
  readonly serve: (request: RawRequest, bearer: Bearer) => Promise<unknown>;
}

export type Route = OpenRoute | BearerRoute;

interface Schemas<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
}

interface Parsed<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  readonly params: z.output<P>;
  readonly query: z.output<Q>;
  readonly body: z.output<B>;
  readonly address: string;
}

type Parts<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType> = Schemas<P, Q, B> &
  Pick<RouteDescription, 'method' | 'path' | 'summary'> & { readonly reply: R };

/** A route without a token, typed by its schemas. */
export function openRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  parts: Parts<P, Q, B, R> & { handle: (request: Parsed<P, Q, B>) => z.input<R> | Promise<z.input<R>> },
): OpenRoute {
  const { handle, ...description } = parts;
  return {
    ...description,
    scope: null,
    serve: async (request) => parts.reply.parse(await handle(parseRequest(parts, request))),
  };
}

/** A route for bearers, typed by its schemas. */
export function bearerRoute<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType, R extends z.ZodType>(
  parts: Parts<P, Q, B, R> & {
    scope: Scope | 'any';
    handle: (request: Parsed<P, Q, B>, bearer: Bearer) => z.input<R> | Promise<z.input<R>>;
  },
): BearerRoute {
  const { handle, ...description } = parts;
  return {
    ...description,
    serve: async (request, bearer) => parts.reply.parse(await handle(parseRequest(parts, request), bearer)),
  };
}

/**
 * Parses the parts of a request that have a schema; the others are undefined. Throws a SwarmError `invalid_message` whose
 * field is the path within the part, such as `submission.type`.
 */
function parseRequest<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType>(
  schemas: Schemas<P, Q, B>,
  { params, query, body, address }: RawRequest,
): Parsed<P, Q, B> {
  return {
    params: parsePart(schemas.params, params),
    query: parsePart(schemas.query, query),
    body: parsePart(schemas.body, body),
    address,
  };
}

function parsePart<S extends z.ZodType>(schema: S | undefined, value: unknown): z.output<S> {
  // Without a schema S is the constraint itself, so no handler can read a typed part that was not parsed.
  return schema === undefined ? (undefined as z.output<S>) : parseAt(schema, value, '');
}
