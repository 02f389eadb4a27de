import { nodeRoutes } from './nodeRoutes.ts';
import type { RestNeeds } from './RestNeeds.ts';
import type { Route } from './route.ts';
import { swarmRoutes } from './swarmRoutes.ts';
import { taskRoutes } from './taskRoutes.ts';

/** Every route with a JSON reply; the event stream of a task is `taskEvents`. */
export function allRoutes(needs: RestNeeds): Route[] {
  return [...swarmRoutes(needs), ...nodeRoutes(needs), ...taskRoutes(needs)];
}
