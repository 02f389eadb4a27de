/** How a model is best served on this machine, as the benchmark found. */
export interface MeasuredPlan {
  readonly slots: number;
  /** Most threads for writing at any number of answers up to the slots, and for reading. */
  readonly decodeThreads: number;
  readonly prefillThreads: number;
  /** Of one answer alone. */
  readonly tokensPerSecond: number;
}
