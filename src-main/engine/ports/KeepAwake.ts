/** Keeps the computer from going to sleep. */
export interface KeepAwake {
  hold(on: boolean): void;
}

/** Lets the computer sleep whenever it is set to. */
export const noKeepAwake: KeepAwake = { hold: () => {} };
