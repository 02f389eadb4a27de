/** Registers how a change in memory is undone if the command that makes it fails. */
export type Undo = (undo: () => void) => void;
