/** The reading of a sensor: a value, or why there is none. Nothing is ever guessed. */
export type Reading<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

export function known<T>(value: T): Reading<T> {
  return { known: true, value };
}

export function unknown(why: string): { readonly known: false; readonly why: string } {
  return { known: false, why };
}

/** Whether somebody uses the computer. */
export interface UserPresence {
  /** Since the last key or mouse movement. */
  readonly idleMs: number;
}

export interface PowerState {
  readonly onBattery: boolean;
}

/** The load of other programs. */
export interface OtherLoad {
  /** Share of all processors together, 0 to 1. */
  readonly share: number;
  readonly processors: number;
}

export interface NetworkState {
  /** Whether the system reports a metered connection. */
  readonly metered: boolean;
}

/** Readings of all sensors that the owner's rules may need. */
export interface SenseReadings {
  readonly user: Reading<UserPresence>;
  readonly battery: Reading<PowerState>;
  readonly processor: Reading<OtherLoad>;
  /** °C of the hottest part of the processor. */
  readonly temperature: Reading<number>;
  /** Names of the programs that run; they never leave this process. */
  readonly programs: Reading<readonly string[]>;
  readonly network: Reading<NetworkState>;
}

const notAsked = unknown('Not looked at.');

/** The readings before the first look, and without sensors. */
export const nothingSeen: SenseReadings = {
  user: notAsked,
  battery: notAsked,
  processor: notAsked,
  temperature: notAsked,
  programs: notAsked,
  network: notAsked,
};
