/** What a sensor says: a value, or why there is none. Nothing is ever guessed. */
export type Reading<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly why: string };

/** One thing about the machine that can be looked at. Never rejects: a failure is a reading too. */
export interface Sensor<T> {
  read(): Promise<Reading<T>>;
}

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

/** How much of the processor other programs than this one use. */
export interface OtherLoad {
  /** 0 to 1 of all processors together. */
  readonly share: number;
  readonly processors: number;
}

export interface NetworkState {
  /** The system says that bytes cost money here. */
  readonly metered: boolean;
}

/** Everything that the rules may need to know of the machine. */
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

/** What is known before anybody looked, and where there is nothing to look with. */
export const nothingSeen: SenseReadings = {
  user: notAsked,
  battery: notAsked,
  processor: notAsked,
  temperature: notAsked,
  programs: notAsked,
  network: notAsked,
};
