import { z } from 'zod';
import { TaskType } from '#shared/domain/tasks/taskType.ts';

/** How much of one type of task was wanted lately. */
export const TypeDemand = z.object({
  type: TaskType,
  /** Tasks that were submitted, as a rate over the last hour, or over the time since the coordinator began if shorter. */
  tasksPerHour: z.number().min(0),
  /** Output tokens of one, on average over the same time; null while none was completed. */
  tokensPerTask: z.number().min(0).nullable(),
  /** Online nodes that serve it. */
  nodes: z.int().min(0),
});
export type TypeDemand = z.infer<typeof TypeDemand>;

/** State of the swarm for people; no polling: it comes with the session and with each beat. */
export const SwarmHealth = z.object({
  nodesOnline: z.int(),
  tasksPerMinute: z.number(),
  waiting: z.int(),
  running: z.int(),
  /** Demand multiplier, 0.5 to 3. */
  demand: z.number(),
  /** Task types that some online node serves. */
  servedTypes: z.array(TaskType),
  /** Types that were asked for lately; types without a row were not. Not there: the coordinator does not tell. */
  wanted: z.array(TypeDemand).max(64).optional(),
});
export type SwarmHealth = z.infer<typeof SwarmHealth>;
