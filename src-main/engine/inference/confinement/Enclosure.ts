/** What holds a running process from outside. */
export interface Enclosure {
  /** Called once, when the process has ended; one that still runs ends by it. */
  readonly close: () => void;
}
