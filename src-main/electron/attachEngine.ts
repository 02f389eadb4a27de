import { findRunningEngine } from '#main/localClient/findRunningEngine.ts';
import { LocalEngineClient } from '#main/localClient/LocalEngineClient.ts';
import type { EngineExit, EngineProcess } from './EngineProcess.ts';

/**
 * The engine that already runs for this data folder, for example started headless: there is one per folder, so the
 * window joins it. It "ends" when its connection is lost; stopping the shell leaves it alone. Null when none answers.
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
  const leave = (): void => {
    client.close();
    exited.resolve({ code: null, signal: null, lastWords: 'It was stopped by another program.' });
  };
  client.onState((state) => {
    if (state !== 'open') leave();
  });
  return {
    ready: Promise.resolve({ home, port: file.port, secret: file.secret, ours: false }),
    exited: exited.promise,
    endInput: leave,
    kill: leave,
  };
}
