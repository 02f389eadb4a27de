/** Notes how a change in memory is taken back, should the command that makes it fail. */
export type Undo = (takeBack: () => void) => void;
