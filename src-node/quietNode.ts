/**
 * Flags for a Node that mostly waits in the background: a young generation of 1 MB instead of 16 keeps about 17 MB free
 * (measured with the engine of an installed app), and more of what downloads leave behind. A hosted coordinator is busy
 * and goes without. `bin/open-swarm.mjs` and the launchers of the packages, which import nothing, say the same.
 */
export const quietNodeFlags: readonly string[] = ['--max-semi-space-size=1'];
