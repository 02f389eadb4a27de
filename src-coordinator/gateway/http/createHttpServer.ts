import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { z } from 'zod';
import { errorKinds, fromZodError, SwarmError, toWireError, type WireError } from '#shared/domain/errorCodes.ts';
import { isTooDeep, wireLimits } from '#shared/protocol/envelope.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Bearer } from '#coordinator/members/AccessTokens.ts';
import { isLoopback, visitorOf } from '#coordinator/members/addressPrefix.ts';
import type { RestNeeds } from './RestNeeds.ts';
import { openApiDocument } from './openApi.ts';
import type { Route, RouteRequest } from './route.ts';
import { allRoutes } from './routes.ts';
import { streamTaskEvents } from './taskEvents.ts';

/** Tells from the peer's address and `x-forwarded-for` who calls. */
export type AddressOf = (peer: string, forwarded: string | readonly string[] | undefined) => string;

/** Requests and connections without a token that one address may make in ten seconds. */
export const strangerRate = { points: 100, seconds: 10 } as const;

export interface HttpServerNeeds extends RestNeeds {
  readonly logger: Logger;
  /** Address of who calls: the peer's, or what a trusted proxy says; the sockets ask the same function. */
  readonly addressOf: AddressOf;
  readonly strangerPoints?: number;
  /** True while requests are served. */
  readonly isReady: () => boolean;
}

/** The HTTP side of a coordinator; `allowAddress` is shared with the sockets. */
export interface CoordinatorHttp {
  readonly app: FastifyInstance;
  /** Counts one visit without a token; false when there were too many. */
  readonly allowAddress: (address: string) => Promise<boolean>;
}

/** Makes the server; it listens when told to. */
export function createHttpServer(needs: HttpServerNeeds): CoordinatorHttp {
  const app = fastify({
    logger: false,
    bodyLimit: wireLimits.messageBytes,
    genReqId: () => needs.newId(),
    routerOptions: { maxParamLength: 64 },
    forceCloseConnections: true,
    requestTimeout: 30_000,
  });
  const allowAddress = addressLimit(needs);
  const guard = new Guard(needs, allowAddress);
  const routes = allRoutes(needs);
  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      handler: (request) => guard.serve(route, request),
    });
  }
  app.get('/v1/tasks/:id/events', async (request, reply) => {
    await streamTaskEvents(needs, request, reply, await guard.bearer(request, 'task:read'));
    return reply;
  });
  addProbes(app, needs, () => openApiDocument(routes));
  addEdges(app, needs);
  return { app, allowAddress };
}

function addressLimit(needs: HttpServerNeeds): (address: string) => Promise<boolean> {
  const limiter = new RateLimiterMemory({
    points: needs.strangerPoints ?? strangerRate.points,
    duration: strangerRate.seconds,
  });
  return async (address) => {
    if (needs.coordinator.swarm.private && isLoopback(address)) return true;
    try {
      await limiter.consume(visitorOf(address));
      return true;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return false;
      throw refused;
    }
  };
}

/** Checks who asks, how often, and what, before a route is called. */
class Guard {
  readonly #needs: HttpServerNeeds;
  readonly #allowAddress: (address: string) => Promise<boolean>;

  constructor(needs: HttpServerNeeds, allowAddress: (address: string) => Promise<boolean>) {
    this.#needs = needs;
    this.#allowAddress = allowAddress;
  }

  async serve(route: Route, request: FastifyRequest): Promise<unknown> {
    if (!this.#needs.isReady()) throw new SwarmError('shutting_down');
    if (route.scope === null) {
      await this.#checkAddress(request);
      return route.reply.parse(await route.handle(this.#parse(route, request)));
    }
    const bearer = await this.bearer(request, route.scope);
    return route.reply.parse(await route.handle(this.#parse(route, request), bearer));
  }

  /** Throws `unauthenticated`, `token_invalid`, `token_revoked`, `forbidden` or `rate_limited`. */
  async bearer(request: FastifyRequest, scope: Exclude<Route['scope'], null>): Promise<Bearer> {
    const { tokens, rates } = this.#needs.coordinator;
    const [kind, token] = (request.headers.authorization ?? '').split(' ');
    if (kind?.toLowerCase() !== 'bearer' || token === undefined) {
      await this.#checkAddress(request);
      throw new SwarmError('unauthenticated', 'Send an access token: Authorization: Bearer …');
    }
    const bearer = await this.#verify(request, () => tokens.verify(token));
    const verdict = rates.take(bearer.accountId, this.#needs.monotonic());
    if (verdict === 'account') throw new SwarmError('rate_limited');
    if (verdict === 'total') throw new SwarmError('overloaded', 'This coordinator serves as many requests as it can.');
    if (scope !== 'any' && !bearer.scopes.includes(scope)) {
      throw new SwarmError('forbidden', `The token lacks the scope ${scope}.`);
    }
    return bearer;
  }

  /** Guessing tokens counts like knocking without one. */
  async #verify(request: FastifyRequest, verify: () => Promise<Bearer>): Promise<Bearer> {
    try {
      return await verify();
    } catch (error) {
      await this.#checkAddress(request);
      throw error;
    }
  }

  #parse(route: Route, request: FastifyRequest): RouteRequest<unknown, unknown, unknown> {
    return parseRequest(route, request, callerOf(request, this.#needs));
  }

  async #checkAddress(request: FastifyRequest): Promise<void> {
    if (!(await this.#allowAddress(callerOf(request, this.#needs)))) throw new SwarmError('rate_limited');
  }
}

function callerOf({ socket, headers }: FastifyRequest, { addressOf }: HttpServerNeeds): string {
  return addressOf(socket.remoteAddress ?? '', headers['x-forwarded-for']);
}

function parseRequest(route: Route, request: FastifyRequest, address: string): RouteRequest<unknown, unknown, unknown> {
  if (isTooDeep(request.body)) {
    throw new SwarmError('invalid_message', 'body: nested deeper than allowed', { field: 'body' });
  }
  return {
    params: parsePart(route.params, request.params, 'params'),
    query: parsePart(route.query, request.query, 'query'),
    body: parsePart(route.body, request.body, 'body'),
    address,
  };
}

function parsePart(schema: z.ZodType | undefined, value: unknown, part: string): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const wire = fromZodError(parsed.error);
  throw new SwarmError('invalid_message', wire.message, { field: wire.field ?? part });
}

function addProbes(app: FastifyInstance, needs: HttpServerNeeds, document: () => unknown): void {
  let openApi: unknown;
  app.get('/v1/openapi.json', () => (openApi ??= document()));
  app.get('/health', () => ({ status: 'up' }));
  app.get('/ready', (_, reply) => {
    const ready = needs.isReady();
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready' });
  });
  app.get('/metrics', async (_, reply) => {
    const { registry } = needs.coordinator.metrics;
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function addEdges(app: FastifyInstance, needs: HttpServerNeeds): void {
  const { metrics, refusals } = needs.coordinator;
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    const labels = { method: request.method, route, status: String(reply.statusCode) };
    metrics.httpDuration.observe(labels, reply.elapsedTime / 1000);
    needs.logger.debug('Request', { request_id: request.id, ...labels });
    done();
  });
  app.setNotFoundHandler((_, reply) => sendError(reply, { code: 'not_found', message: errorKinds.not_found.sentence }));
  app.setErrorHandler((error, request, reply) => {
    const wire = wireOf(error);
    if (wire.code === 'internal') {
      needs.logger.error('A request failed', { request_id: request.id, error: String(error) });
    }
    const type = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    refusals.note({ type, code: wire.code, who: '', address: callerOf(request, needs) });
    return sendError(reply, wire);
  });
}

function wireOf(error: unknown): WireError {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (status === 413) return { code: 'message_too_large', message: errorKinds.message_too_large.sentence };
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return { code: 'invalid_message', message: 'The request cannot be read.', field: 'body' };
  }
  return toWireError(error);
}

function sendError(reply: FastifyReply, error: WireError): FastifyReply {
  const { status } = errorKinds[error.code];
  if (status === 429 || status === 503) void reply.header('retry-after', '1');
  return reply.code(status).send({ error });
}
