import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { TaskId } from '#shared/domain/ids.ts';
import { WireError } from '#shared/domain/errorCodes.ts';
import { protocolVersion } from '#shared/protocol/envelope.ts';
import type { Route } from './route.ts';

/** What every route answers when it cannot do what was asked. */
export const ErrorReply = z.object({ error: WireError }).meta({ id: 'ErrorReply' });

/** The parts of a route that the document tells. */
export type DescribedRoute = Omit<Route, 'handle'>;

/** The OpenAPI 3.1 document of these routes, generated from their schemas. */
export function openApiDocument(routes: readonly DescribedRoute[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[methodOf(route)] = operationOf(route);
  }
  paths['/v1/tasks/{id}/events'] = { get: eventsOperation };
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Open Swarm coordinator',
      version: `${protocolVersion}.0.0`,
      description: 'Nodes take work over the socket alone; everything else is here too. Amounts are credits as text.',
    },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

function methodOf(route: DescribedRoute): 'get' | 'post' | 'delete' {
  return route.method === 'GET' ? 'get' : route.method === 'POST' ? 'post' : 'delete';
}

function operationOf(route: DescribedRoute): ZodOpenApiOperationObject {
  return {
    summary: route.scope === null || route.scope === 'any' ? route.summary : `${route.summary} (${route.scope})`,
    ...(route.scope === null ? { security: [] } : { security: [{ token: [] }] }),
    requestParams: {
      ...(route.params === undefined ? {} : { path: route.params }),
      ...(route.query === undefined ? {} : { query: route.query }),
    },
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: route.body } } } }),
    responses: {
      '200': { description: 'Done', content: { 'application/json': { schema: route.reply } } },
      default: { description: 'Refused', content: { 'application/json': { schema: ErrorReply } } },
    },
  };
}

const eventsOperation: ZodOpenApiOperationObject = {
  summary: 'Follow an own task: `frame` events with pieces of the answer, then one `end` (task:read)',
  security: [{ token: [] }],
  requestParams: {
    path: z.object({ id: TaskId }),
    query: z.object({ attempt: z.int().min(0).optional(), from: z.int().min(0).optional() }),
  },
  responses: {
    '200': { description: 'Server-sent events', content: { 'text/event-stream': { schema: z.string() } } },
    default: { description: 'Refused', content: { 'application/json': { schema: ErrorReply } } },
  },
};
