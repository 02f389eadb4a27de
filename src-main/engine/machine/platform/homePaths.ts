import path from 'node:path';

/** Where everything of one profile lies. */
export interface HomePaths {
  readonly home: string;
  readonly database: string;
  /** Secrets of the local API, and how to reach the running engine. */
  readonly run: string;
  readonly engineFile: string;
  readonly logs: string;
  readonly logFile: string;
  readonly models: string;
  /** Key, data and port of the private swarm. */
  readonly swarm: string;
}

/** The parts of a data folder. */
export function homePaths(home: string): HomePaths {
  const run = path.join(home, 'run');
  const logs = path.join(home, 'logs');
  return {
    home,
    database: path.join(home, 'engine.db'),
    run,
    engineFile: path.join(run, 'engine.json'),
    logs,
    logFile: path.join(logs, 'engine.log'),
    models: path.join(home, 'models'),
    swarm: path.join(home, 'swarm'),
  };
}
