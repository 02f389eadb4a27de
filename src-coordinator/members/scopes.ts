import { z } from 'zod';

/** The permissions that routes require (paper 001 §5.3.1). */
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

/** The scopes that these roles grant together; unknown roles grant none. */
export function scopesOfRoles(roles: readonly string[]): Scope[] {
  return [...new Set(roles.flatMap((role) => byRole[role] ?? []))];
}
