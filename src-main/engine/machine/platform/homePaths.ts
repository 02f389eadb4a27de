import path from 'node:path';

/** Paths within a data folder. */
export interface HomePaths {
  readonly home: string;
  readonly database: string;
  /** Folder with the secrets of the local API and the address of the running engine. */
  readonly run: string;
  readonly engineFile: string;
  readonly logs: string;
  readonly logFile: string;
  readonly models: string;
  /** Folder with key, data and port of the private swarm. */
  readonly swarm: string;
}

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
