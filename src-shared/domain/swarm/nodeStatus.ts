import { z } from 'zod';

/** What a node says of itself. */
export const NodeStatus = z.enum(['online', 'draining', 'paused', 'maintenance', 'overloaded', 'offline']);
export type NodeStatus = z.infer<typeof NodeStatus>;

/** Roles of the papers (paper 001 §5.3). */
export const Role = z.enum(['user', 'node_operator', 'reviewer', 'moderator', 'admin']);
export type Role = z.infer<typeof Role>;
