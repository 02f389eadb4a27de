import { z } from 'zod';

/** novice < 50 ≤ intermediate < 75 ≤ expert < 90 ≤ master, subject to floors of settled tasks (trust 4.9). */
export const ReputationLevel = z.enum(['novice', 'intermediate', 'expert', 'master']);
export type ReputationLevel = z.infer<typeof ReputationLevel>;

/** Levels from lowest to highest. */
export const levelsInOrder: readonly ReputationLevel[] = ['novice', 'intermediate', 'expert', 'master'];

/** Minimum score of each level. */
export const levelThreshold: Readonly<Record<ReputationLevel, number>> = {
  novice: 0,
  intermediate: 50,
  expert: 75,
  master: 90,
};

/** simple, medium, complex, premium: a node's level limits the complexity it may take. */
export const Complexity = z.enum(['simple', 'medium', 'complex', 'premium']);
export type Complexity = z.infer<typeof Complexity>;

/** The lowest level that may take a task of this complexity in a public swarm; private swarms ignore it. */
export const levelForComplexity: Readonly<Record<Complexity, ReputationLevel>> = {
  simple: 'novice',
  medium: 'intermediate',
  complex: 'expert',
  premium: 'master',
};

/** True when `level` is at least `needed`. */
export function reaches(level: ReputationLevel, needed: ReputationLevel): boolean {
  return levelsInOrder.indexOf(level) >= levelsInOrder.indexOf(needed);
}
