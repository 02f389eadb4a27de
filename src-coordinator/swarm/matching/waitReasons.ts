import type { Obstacle } from './eligibility.ts';

const sentences: Readonly<Record<Obstacle, string>> = {
  other_node: 'It waits for its own node.',
  offline: 'The nodes that could run it are paused or not connected.',
  type: 'No connected node has a model for this kind of task.',
  model: 'No connected node has the model.',
  language: 'No connected node has a model for this language.',
  context: 'The prompt and the answer together are too long for every connected model.',
  catalogue: 'Only models of the catalogue may serve others here, and no connected node has one that fits.',
  privacy: 'Its privacy class admits only your own nodes, and none of them can run it.',
  own_account: 'Only your own node could run it, and own nodes do not take paid tasks here.',
  level: 'No connected node has reached the level that this kind of task needs.',
  budget: 'The nodes that could run it are above the budget.',
  price: 'The nodes that could run it ask for more.',
  unreliable: 'The nodes that could run it ended too many tasks without an answer.',
};

/** The later in this order, the nearer was the task to being run: that obstacle is the one worth telling. */
const nearness: readonly Obstacle[] = [
  'other_node',
  'type',
  'model',
  'language',
  'context',
  'catalogue',
  'privacy',
  'offline',
  'own_account',
  'level',
  'unreliable',
  'budget',
  'price',
];

/** A sentence that states why no node accepts a task: what delays the eligible nodes, and what excludes the others. */
export function waitReason(obstacles: readonly Obstacle[], able: 'busy' | 'declined' | null): string {
  if (able === 'busy') return 'Every node that can run it is busy.';
  if (able === 'declined') return 'The nodes that can run it declined just now.';
  const nearest = obstacles.toSorted((a, b) => nearness.indexOf(b) - nearness.indexOf(a))[0];
  return sentences[nearest ?? 'type'];
}
