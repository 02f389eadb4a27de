import type { Rooms } from '#engine/compose/composeRooms.ts';
import type { EnginePorts } from '#engine/ports/engineContract.ts';

/** Keeps the swarm informed of what this node can do: models load, slots change, the owner pauses. */
export function keepContributing({ models, client, announcer }: Rooms, ports: EnginePorts) {
  const ends: (() => void)[] = [];
  const tell = (): void => {
    models.learn();
    client.update();
    announcer.changed('models', 'contribution');
  };
  return {
    start(): void {
      ends.push(ports.inference.onChange(tell));
      ends.push(
        ports.models.onChange(() => {
          void models.load();
          tell();
        }),
      );
      const end = ports.models.onDownloads?.(() => announcer.changed('downloads'));
      if (end !== undefined) ends.push(end);
      models.start();
    },
    tell,
    stop(): void {
      models.stop();
      for (const end of ends.splice(0)) end();
    },
  };
}
