import { z } from 'zod';

/** The availability that a node reports. */
export const NodeStatus = z.enum(['online', 'draining', 'paused', 'maintenance', 'overloaded', 'offline']);
export type NodeStatus = z.infer<typeof NodeStatus>;
