import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';
import { z } from 'zod';
import { WireError } from '#shared/domain/errorCodes.ts';
import { protocolVersion } from '#shared/protocol/envelope.ts';
import type { RouteDescription } from './route.ts';

/** The reply of every route to a request that it refuses. */
const ErrorReply = z.object({ error: WireError }).meta({ id: 'ErrorReply' });

const methodNames = { GET: 'get', POST: 'post', DELETE: 'delete' } as const;

/** The OpenAPI 3.1 document of these routes, generated from their schemas. */
export function openApiDocument(routes: readonly RouteDescription[]): ReturnType<typeof createDocument> {
  const paths: ZodOpenApiPathsObject = {};
  for (const route of routes) {
    const path = (paths[route.path] ??= {});
    path[methodNames[route.method]] = operationOf(route);
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Open Swarm coordinator',
      version: `${protocolVersion}.0.0`,
      description:
        'REST interface of an Open Swarm coordinator. Nodes take work over the socket only. Amounts are decimal strings in credits.',
    },
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
  });
}

function operationOf(route: RouteDescription): ZodOpenApiOperationObject {
  const { scope, summary, params, query, body, reply, replyType = 'application/json' } = route;
  return {
    summary: scope === null || scope === 'any' ? summary : `${summary} (${scope})`,
    security: scope === null ? [] : [{ token: [] }],
    requestParams: { ...(params === undefined ? {} : { path: params }), ...(query === undefined ? {} : { query }) },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      '200': { description: 'Success', content: { [replyType]: { schema: reply } } },
      default: { description: 'Error', content: { 'application/json': { schema: ErrorReply } } },
    },
  };
}
