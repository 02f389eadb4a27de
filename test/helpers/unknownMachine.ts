import type { Machine } from '#engine/ports/Machine.ts';
import { SwarmError } from '#shared/domain/errorCodes.ts';

const refuse = (): Promise<never> =>
  Promise.reject(new SwarmError('unsupported', 'Nothing can be looked up or measured here.'));

/** A machine that tells nothing about itself. */
export const unknownMachine: Machine = {
  source: {
    cpu: refuse,
    memory: refuse,
    gpus: refuse,
    system: refuse,
    disk: refuse,
    virtual: refuse,
    battery: refuse,
    network: refuse,
  },
  measured: {
    launcher: refuse,
    cores: refuse,
    graphics: () => Promise.resolve(null),
    // Memory that nobody can tell about never unloads a model.
    availableBytes: () => Number.POSITIVE_INFINITY,
    memoryFor: () => Number.POSITIVE_INFINITY,
    otherLoad: () => Promise.resolve(null),
    filler: (bytes) => ''.padEnd(bytes, 'x'),
  },
};
