import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import type { EngineExit, EngineProcess } from './EngineProcess.ts';

/**
 * Attaches to the engine that already runs on this data folder, for example headless; null when none answers. There is
 * only one engine per folder. It counts as exited when the connection is lost, and stopping the shell leaves it
 * running.
 */
export async function attachEngine(home: string): Promise<EngineProcess | null> {
  const file = await findRunningEngine(home);
  if (file === null) return null;
  const client = new LocalEngineClient({ port: file.port, secret: file.secret, reconnect: false });
  try {
    await client.connect();
  } catch {
    return null;
  }
  const exited = Promise.withResolvers<EngineExit>();
  const detach = (): void => {
    client.close();
    exited.resolve({ code: null, signal: null, lastWords: 'It was stopped by another program.' });
  };
  client.onState((state) => {
    if (state !== 'open') detach();
  });
  return {
    ready: Promise.resolve({ home, port: file.port, secret: file.secret, ours: false }),
    exited: exited.promise,
    endInput: detach,
    kill: detach,
  };
}
