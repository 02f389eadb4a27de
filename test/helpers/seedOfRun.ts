/** The seed of everything random in this run: `OPEN_SWARM_SEED`, else always the same. `npm run test:long` draws one. */
export const seedOfRun = Number(process.env['OPEN_SWARM_SEED'] ?? 1);
