import { z } from 'zod';

/** Permissions of the papers (paper 001 §5.3.1) that the routes ask for. */
export const Scope = z.enum([
  'task:create',
  'task:read',
  'token:spend',
  'node:register',
  'node:manage',
  'resource:contribute',
  'token:earn',
  'network:manage',
]);
export type Scope = z.infer<typeof Scope>;

const byRole: Readonly<Record<string, readonly Scope[]>> = {
  user: ['task:create', 'task:read', 'token:spend'],
  node_operator: ['node:register', 'node:manage', 'resource:contribute', 'token:earn'],
  admin: ['network:manage'],
};

/** All scopes of somebody with these roles; unknown roles give none. */
export function scopesOfRoles(roles: readonly string[]): Scope[] {
  return [...new Set(roles.flatMap((role) => byRole[role] ?? []))];
}
