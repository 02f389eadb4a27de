import { boundAddons } from './boundAddons.ts';
import { closeNetwork } from './closeNetwork.ts';

/**
 * Takes from this process what Node's permissions leave: the network, and add-ons that are not the library's. The first
 * thing that a worker does.
 */
export function confine(): void {
  closeNetwork();
  boundAddons();
}
