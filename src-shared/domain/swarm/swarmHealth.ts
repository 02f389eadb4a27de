import { z } from 'zod';
import { TaskType } from '#shared/domain/tasks/taskType.ts';

/** Recent demand for one type of task. */
export const TypeDemand = z.object({
  type: TaskType,
  /** Submitted tasks, as a rate over the last hour or since the coordinator started, if shorter. */
  tasksPerHour: z.number().min(0),
  /** Average output tokens per task over the same time; null while none was completed. */
  tokensPerTask: z.number().min(0).nullable(),
  /** Online nodes that serve it. */
  nodes: z.int().min(0),
});
export type TypeDemand = z.infer<typeof TypeDemand>;

/** The state of the swarm for people; it arrives with the session and with each heartbeat, never by polling. */
export const SwarmHealth = z.object({
  nodesOnline: z.int(),
  tasksPerMinute: z.number(),
  waiting: z.int(),
  running: z.int(),
  /** Demand multiplier, 0.5 to 3. */
  demand: z.number(),
  /** Task types that some online node serves. */
  servedTypes: z.array(TaskType),
  /** Recently requested types; a type without a row was not. Absent when the coordinator does not report it. */
  wanted: z.array(TypeDemand).max(64).optional(),
});
export type SwarmHealth = z.infer<typeof SwarmHealth>;
