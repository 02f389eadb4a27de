/**
 * Flags for a Node process that is mostly idle: a young generation of 1 MB instead of 16 saves about 17 MB of memory
 * (measured with the engine of an installed app), and more after downloads. A hosted coordinator is busy and does
 * without. `bin/open-swarm.mjs` and the launchers of the packages, which cannot import this, repeat the flags.
 */
export const quietNodeFlags: readonly string[] = ['--max-semi-space-size=1'];
