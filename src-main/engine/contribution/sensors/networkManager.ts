import type { Sensor } from './Sensor.ts';
import { known, type NetworkState, unknown } from '#engine/ports/SenseReadings.ts';
import type { SystemPorts } from './SystemPorts.ts';

const name = 'org.freedesktop.NetworkManager';

/** `NMMetered`: unknown 0, yes 1, no 2, guessed yes 3 (counts as yes), guessed no 4. */
const meteredStates: ReadonlySet<number> = new Set([1, 3]);

/** Reads from NetworkManager whether the connection in use is metered. */
export function networkManager(ports: Pick<SystemPorts, 'run'>): Sensor<NetworkState> {
  return {
    async read() {
      try {
        const path = '/org/freedesktop/NetworkManager';
        const text = await ports.run('busctl', ['--system', 'get-property', name, path, name, 'Metered']);
        const state = Number(/^u (\d+)\s*$/.exec(text)?.[1]);
        if (!(state > 0)) return unknown('NetworkManager does not know whether the network is metered.');
        return known({ metered: meteredStates.has(state) });
      } catch {
        return unknown('The system does not report whether the network is metered.');
      }
    },
  };
}
