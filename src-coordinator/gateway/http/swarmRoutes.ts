import { z } from 'zod';
import { formatCredits } from '#shared/domain/money/credits.ts';
import { priceTable } from '#shared/domain/money/prices.ts';
import { SwarmHealth } from '#shared/domain/swarm/swarmHealth.ts';
import { EnrolChallenge, EnrolRequest, EnrolResponse, EnrolResult } from '#shared/protocol/enrolment.ts';
import { revokeToken } from '#coordinator/books/commands/tokens.ts';
import type { RestNeeds } from './RestNeeds.ts';
import { Done, Models, Prices, TokenView } from './replySchemas.ts';
import { bearerRoute, openRoute, type Route } from './route.ts';

/** Routes for joining the swarm, for tokens, and for public facts about the swarm. */
export function swarmRoutes(needs: RestNeeds): Route[] {
  const { coordinator, books, queries } = needs;
  const { enrolment, tokens, rooms } = coordinator;
  return [
    openRoute({
      method: 'POST',
      path: '/v1/enrol',
      summary: 'Request enrolment; the coordinator proves its key first',
      body: EnrolRequest,
      reply: EnrolChallenge,
      handle: ({ body, address }) => enrolment.begin(body, address),
    }),
    openRoute({
      method: 'POST',
      path: '/v1/enrol/{id}/respond',
      summary: 'Prove the key of the node; returns the decision',
      params: z.object({ id: z.string().max(64) }),
      body: EnrolResponse,
      reply: EnrolResult,
      handle: ({ params, body }) => enrolment.respond(params.id, body),
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/auth/verify',
      summary: 'Check the token; the reply has a new one when renewal is due',
      scope: 'any',
      reply: TokenView,
      handle: async (_, bearer) => {
        const { accountId, nodeId, scopes, expires } = bearer;
        const roles = (await queries.account(accountId))?.roles ?? [];
        return { accountId, nodeId, scopes: [...scopes], expires, renewed: await tokens.renew(bearer, roles) };
      },
    }),
    bearerRoute({
      method: 'POST',
      path: '/v1/auth/revoke',
      summary: 'Revoke the token of this request',
      scope: 'any',
      reply: Done,
      handle: async (_, bearer) => {
        await books.run(revokeToken(bearer.jti));
        return { done: true as const };
      },
    }),
    openRoute({
      method: 'GET',
      path: '/v1/models',
      summary: 'The catalogue of this swarm',
      reply: Models,
      handle: () => ({
        models: [...rooms.catalogue.values()].map((entry) => ({
          ...entry,
          nodesWithFreeSlots: rooms.nodes.freeNodesOf(entry.digest),
        })),
      }),
    }),
    openRoute({
      method: 'GET',
      path: '/v1/prices',
      summary: 'The price table and the current demand multiplier',
      reply: Prices,
      handle: () => pricesNow(Number(rooms.demand()) / 1000),
    }),
    openRoute({
      method: 'GET',
      path: '/v1/health',
      summary: 'State of the swarm',
      reply: SwarmHealth,
      handle: () => coordinator.health(),
    }),
  ];
}

function pricesNow(demand: number): z.input<typeof Prices> {
  const credits = Object.entries(priceTable.basePer1000).map(([name, value]) => [name, formatCredits(value)] as const);
  return {
    version: priceTable.version,
    basePer1000: Object.fromEntries(credits),
    promptShare: Number(priceTable.promptShare),
    qualityPercent: numbers(priceTable.qualityPercent),
    levelTenths: numbers(priceTable.levelTenths),
    feePercent: Number(priceTable.feePercent),
    demand,
  };
}

function numbers(values: Readonly<Record<string, bigint>>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Number(value)]));
}
