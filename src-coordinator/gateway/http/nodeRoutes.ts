import { z } from 'zod';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';
import { NodeId } from '#shared/domain/ids.ts';
import { reputationOf } from '#shared/domain/swarm/reputation.ts';
import type { ConnectedNode } from '#coordinator/swarm/nodes/ConnectedNode.ts';
import type { Queries } from '#coordinator/books/Queries.ts';
import type { NodeRecord } from '#coordinator/books/records.ts';
import type { RestCoordinator, RestNeeds } from './RestNeeds.ts';
import {
  Contributions,
  Earnings,
  NodeConfig,
  NodeHistory,
  NodeList,
  NodeMetrics,
  NodeView,
  ReputationView,
} from './replySchemas.ts';
import { bearerRoute, type Route } from './route.ts';

const ById = z.object({ id: NodeId });
const Page = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** Routes about nodes: public facts of every node, all details of the bearer's own. */
export function nodeRoutes(needs: RestNeeds): Route[] {
  return [...ownRoutes(needs), ...publicRoutes(needs), ...privateRoutes(needs)];
}

function ownRoutes(needs: RestNeeds): Route[] {
  const { coordinator, queries } = needs;
  return [
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/me',
      summary: 'The node of the token',
      scope: 'node:manage',
      reply: NodeView,
      handle: async (_, bearer) => viewOf(needs, await enrolled(queries, bearer.nodeId), bearer.accountId),
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/me/config',
      summary: 'Settings of the node of the token; the node changes them over its socket',
      scope: 'node:manage',
      reply: NodeConfig,
      handle: async (_, bearer) => configOf(needs, await enrolled(queries, bearer.nodeId)),
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/me/earnings',
      summary: 'Balances and ledger entries of the account, oldest first',
      scope: 'token:earn',
      query: Page,
      reply: Earnings,
      handle: async ({ query }, bearer) => ({
        balances: await queries.balances(bearer.accountId),
        ...(await queries.entries(bearer.accountId, query.after, query.limit)),
      }),
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/me/contributions',
      summary: 'Tasks that the node completed, failed and is running',
      scope: 'resource:contribute',
      reply: Contributions,
      handle: async (_, bearer) => {
        const { nodeId, reputation } = await enrolled(queries, bearer.nodeId);
        const running = coordinator.rooms.life.runsOf(nodeId).map(({ run }) => run.assignment.assignmentId);
        const { onTime, late, failed } = reputation;
        return { nodeId, onTime, late, failed, running };
      },
    }),
  ];
}

function publicRoutes(needs: RestNeeds): Route[] {
  const { coordinator, queries } = needs;
  return [
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes',
      summary: 'Connected nodes, at most 500',
      scope: 'task:read',
      reply: NodeList,
      handle: async (_, bearer) => {
        const { nodes } = coordinator.rooms;
        const some = [...nodes.all()].slice(0, 500);
        const records = await Promise.all(some.map(({ nodeId }) => enrolled(queries, nodeId)));
        return { nodes: records.map((record) => viewOf(needs, record, bearer.accountId)), online: nodes.size };
      },
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/{id}',
      summary: 'One node',
      scope: 'task:read',
      params: ById,
      reply: NodeView,
      handle: async ({ params }, bearer) => viewOf(needs, await enrolled(queries, params.id), bearer.accountId),
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/{id}/reputation',
      summary: 'Reputation of one node and the state that it is computed from',
      scope: 'task:read',
      params: ById,
      reply: ReputationView,
      handle: async ({ params }) => {
        const { nodeId, reputation } = await enrolled(queries, params.id);
        return { nodeId, reputation: reputationOf(reputation, needs.now()), state: reputation };
      },
    }),
  ];
}

function privateRoutes(needs: RestNeeds): Route[] {
  const { coordinator, queries } = needs;
  const own = async (nodeId: string, accountId: string) => {
    const record = await enrolled(queries, nodeId);
    if (record.accountId !== accountId) throw new SwarmError('forbidden', 'This node is not yours.');
    return record;
  };
  return [
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/{id}/history',
      summary: 'Ledger entries of the account of one of your nodes, oldest first',
      scope: 'node:manage',
      params: ById,
      query: Page,
      reply: NodeHistory,
      handle: async ({ params, query }, bearer) => {
        const { accountId } = await own(params.id, bearer.accountId);
        return queries.entries(accountId, query.after, query.limit);
      },
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/nodes/{id}/metrics',
      summary: 'Live state of one of your nodes',
      scope: 'node:manage',
      params: ById,
      reply: NodeMetrics,
      handle: async ({ params }, bearer) => {
        const { nodeId } = await own(params.id, bearer.accountId);
        const node = coordinator.rooms.nodes.get(nodeId);
        return {
          nodeId,
          connectedAt: node?.connectedAt ?? null,
          lastSeenMsAgo: node === undefined ? null : Math.round(needs.monotonic() - node.lastSeen),
          running: coordinator.rooms.life.runsOf(nodeId).length,
          models: modelsOf(coordinator, node),
        };
      },
    }),
  ];
}

async function enrolled(queries: Queries, nodeId: string): Promise<NodeRecord> {
  const record = await queries.node(nodeId);
  if (record === undefined) throw new SwarmError('not_found', 'No node has this id.', { field: 'id' });
  return record;
}

function viewOf(needs: RestNeeds, record: NodeRecord, viewer: string): z.input<typeof NodeView> {
  const node = needs.coordinator.rooms.nodes.get(record.nodeId);
  const own = record.accountId === viewer;
  return {
    nodeId: record.nodeId,
    pseudonym: record.pseudonym,
    name: own ? record.name : null,
    own,
    status: node?.status ?? 'offline',
    reputation: reputationOf(record.reputation, needs.now()),
    models: modelsOf(needs.coordinator, node),
    enrolledAt: record.enrolledAt,
  };
}

function configOf(needs: RestNeeds, record: NodeRecord): z.input<typeof NodeConfig> {
  const node = needs.coordinator.rooms.nodes.get(record.nodeId);
  return {
    nodeId: record.nodeId,
    accountId: record.accountId,
    name: record.name,
    status: node?.status ?? 'offline',
    minimumPrice: formatCredits(node?.minimumPrice ?? 0n),
    region: node?.region ?? null,
    computer: node?.computer ?? null,
    models: modelsOf(needs.coordinator, node),
  };
}

function modelsOf(coordinator: RestCoordinator, node: ConnectedNode | undefined) {
  return (node?.models ?? []).map((model) => ({
    digest: model.digest,
    name: model.name,
    types: [...model.types],
    slots: model.slots,
    freeSlots: node === undefined ? 0 : coordinator.rooms.nodes.freeSlots(node, model),
    tokensPerSecond: model.tokensPerSecond,
  }));
}
