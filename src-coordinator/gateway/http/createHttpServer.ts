import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { errorKinds, SwarmError, toWireError, type WireError } from '#shared/domain/errorCodes.ts';
import { wireLimits } from '#shared/protocol/envelope.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { Bearer } from '#coordinator/members/AccessTokens.ts';
import { openApiDocument } from './openApi.ts';
import { type AddressOf, RequestGuard, type StrangerRate } from './RequestGuard.ts';
import type { RestNeeds } from './RestNeeds.ts';
import type { RawRequest, Route, RouteDescription } from './route.ts';
import { allRoutes } from './routes.ts';
import { streamTaskEvents, taskEvents } from './taskEvents.ts';

export interface HttpServerNeeds extends RestNeeds {
  readonly logger: Logger;
  /** The caller's address: the peer's, or the one a trusted proxy reports; sockets use the same function. */
  readonly addressOf: AddressOf;
  /** 100 visits in ten seconds by default. */
  readonly strangerRate?: StrangerRate;
  /** True while requests are served. */
  readonly isReady: () => boolean;
}

/** The HTTP side of a coordinator; sockets count strangers with the same `allowAddress`. */
export interface CoordinatorHttp {
  readonly app: FastifyInstance;
  /** Counts one visit without a token; false when the address has made too many. */
  readonly allowAddress: (address: string) => Promise<boolean>;
}

/** Creates the server; the caller starts it with `app.listen`. */
export function createHttpServer(needs: HttpServerNeeds): CoordinatorHttp {
  const app = fastify({
    logger: false,
    bodyLimit: wireLimits.messageBytes,
    genReqId: () => needs.newId(),
    routerOptions: { maxParamLength: 64 },
    forceCloseConnections: true,
    requestTimeout: 30_000,
  });
  const guard = new RequestGuard(needs);
  const routes = allRoutes(needs);
  addRoutes(app, needs, guard, routes);
  addProbes(app, needs, () => openApiDocument([...routes, taskEvents]));
  addHooks(app, needs, guard);
  return { app, allowAddress: (address) => guard.allowAddress(address) };
}

/** Key under which the guard leaves the verified bearer for the handler. */
const bearerKey = 'bearer';

/** Serves the routes. The guard runs before the body is read, so a refused caller costs no parsing. */
function addRoutes(app: FastifyInstance, needs: HttpServerNeeds, guard: RequestGuard, routes: readonly Route[]): void {
  app.decorateRequest(bearerKey, null);
  const add = (
    { method, path, scope }: RouteDescription,
    handler: (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>,
  ): void => {
    app.route({
      method,
      url: path.replaceAll(/\{(\w+)\}/g, ':$1'),
      onRequest: async (request) => request.setDecorator(bearerKey, await guard.admit(request, scope)),
      handler,
    });
  };
  const raw = (request: FastifyRequest): RawRequest => {
    const { params, query, body } = request;
    return { params, query, body, address: guard.addressOf(request) };
  };
  for (const route of routes) {
    add(route, async (request) =>
      route.scope === null ? route.serve(raw(request)) : route.serve(raw(request), bearerOf(request)),
    );
  }
  add(taskEvents, async (request, reply) => {
    await streamTaskEvents(needs, raw(request), reply, bearerOf(request));
    return reply;
  });
}

function bearerOf(request: FastifyRequest): Bearer {
  const bearer = request.getDecorator<Bearer | null>(bearerKey);
  if (bearer === null) throw new SwarmError('unauthenticated');
  return bearer;
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

/** Request ids, durations, and one shape for every error. */
function addHooks(app: FastifyInstance, needs: HttpServerNeeds, guard: RequestGuard): void {
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
    const wire = wireErrorOf(error);
    if (wire.code === 'internal') {
      needs.logger.error('A request failed', { request_id: request.id, error: String(error) });
    }
    const type = `${request.method} ${request.routeOptions.url ?? 'unknown'}`;
    refusals.note({ type, code: wire.code, who: '', address: guard.addressOf(request) });
    return sendError(reply, wire);
  });
}

/** Fastify rejects a body that it cannot read with an error of its own; everything else is translated as on the socket. */
function wireErrorOf(error: unknown): WireError {
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
