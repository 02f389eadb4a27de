import { z } from 'zod';
import { TaskType } from './taskType.ts';

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
});
export type SwarmHealth = z.infer<typeof SwarmHealth>;
