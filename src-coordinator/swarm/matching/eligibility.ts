import {
  levelForComplexity,
  levelsInOrder,
  reaches,
  type ReputationLevel,
} from '#shared/domain/swarm/reputationLevel.ts';
import { priceTable, type QualityLevel, SizeClass } from '#shared/domain/money/prices.ts';
import { type Audience, ownNodesOnly, type PrivacyClass } from '#shared/domain/tasks/task.ts';
import { type TaskType, taskTypes } from '#shared/domain/tasks/taskType.ts';
import type { NodeStatus } from '#shared/domain/swarm/nodeStatus.ts';
import type { ServableModel } from '#coordinator/swarm/nodes/servable.ts';

/** What the matcher must know of a task. */
export interface TaskFacts {
  readonly accountId: string;
  readonly onlyNodeId: string | null;
  readonly type: TaskType;
  readonly language: string;
  readonly privacy: PrivacyClass;
  readonly audience: Audience;
  /** The requested model, or the one its answer began with. */
  readonly digest: string | null;
  /** Tokens of prompt, template and answer. */
  readonly neededContext: number;
  readonly largestSize: SizeClass;
  readonly highestLevel: ReputationLevel;
  readonly quality: QualityLevel;
  readonly demandPerMille: bigint;
}

/** What the matcher must know of a node; a connected one knows it. */
export interface NodeFacts {
  readonly nodeId: string;
  readonly accountId: string;
  readonly status: NodeStatus;
  readonly reputation: { readonly level: ReputationLevel };
  readonly minimumPrice: bigint;
  /** UTC milliseconds; no offers before. */
  readonly blockedUntil: number;
}

/** Rules of the swarm that matching depends on (rules 4.5). */
export interface MatchRules {
  readonly private: boolean;
  /** UTC milliseconds. */
  readonly now: number;
}

/** Why a node and model cannot take a task; the earlier in this list, the more basic. */
export type Obstacle =
  | 'other_node'
  | 'offline'
  | 'type'
  | 'model'
  | 'language'
  | 'context'
  | 'catalogue'
  | 'privacy'
  | 'own_account'
  | 'level'
  | 'budget'
  | 'price'
  | 'unreliable';

/** The first obstacle, or null when this node may take the task with this model. Pure. */
export function obstacleFor(
  task: TaskFacts,
  node: NodeFacts,
  model: ServableModel,
  rules: MatchRules,
): Obstacle | null {
  return modelObstacle(task, model) ?? nodeObstacle(task, node, rules) ?? termsObstacle(task, { node, model, rules });
}

function modelObstacle(task: TaskFacts, model: ServableModel): Obstacle | null {
  if (task.digest !== null && task.digest !== model.digest) return 'model';
  if (!model.types.includes(task.type)) return 'type';
  if (task.language !== '' && model.languages.length > 0 && !model.languages.includes(task.language)) return 'language';
  return task.neededContext > model.shape.contextSize ? 'context' : null;
}

function nodeObstacle(task: TaskFacts, node: NodeFacts, rules: MatchRules): Obstacle | null {
  if (task.onlyNodeId !== null && task.onlyNodeId !== node.nodeId) return 'other_node';
  if (node.status !== 'online') return 'offline';
  if (node.blockedUntil > rules.now) return 'unreliable';
  if (task.onlyNodeId !== null) return null;
  const own = task.accountId === node.accountId;
  if (!own && ownNodesOnly(task)) return 'privacy';
  // A paid task is never given to a node of its own account in a public swarm; those for own nodes are unpaid there.
  return own && !rules.private && !ownNodesOnly(task) ? 'own_account' : null;
}

function termsObstacle(
  task: TaskFacts,
  { node, model, rules }: { node: NodeFacts; model: ServableModel; rules: MatchRules },
): Obstacle | null {
  const own = task.accountId === node.accountId;
  if (!rules.private && !own && !model.inCatalogue) return 'catalogue';
  const forAll = task.onlyNodeId === null;
  if (forAll && !rules.private && !own && !reachesComplexity(task, node)) return 'level';
  // The hold does not cover a larger model, whatever the audience.
  if (sizeRank(model.shape.sizeClass) > sizeRank(task.largestSize)) return 'budget';
  if (!forAll) return null;
  if (levelsInOrder.indexOf(node.reputation.level) > levelsInOrder.indexOf(task.highestLevel)) return 'budget';
  return node.minimumPrice > 0n && pricePer1000(task, model) < node.minimumPrice ? 'price' : null;
}

function reachesComplexity(task: TaskFacts, node: NodeFacts): boolean {
  return reaches(node.reputation.level, levelForComplexity[taskTypes[task.type].complexity]);
}

/** Order of the size classes, smallest first. */
export function sizeRank(size: SizeClass): number {
  return SizeClass.options.indexOf(size);
}

/** Micro-credits per 1,000 output tokens that this task pays with this model, before level. */
export function pricePer1000(
  task: Pick<TaskFacts, 'quality' | 'demandPerMille'>,
  model: Pick<ServableModel, 'shape'>,
): bigint {
  const base = priceTable.basePer1000[model.shape.sizeClass];
  return (base * priceTable.qualityPercent[task.quality] * task.demandPerMille) / 100_000n;
}
