/** How much of the machine models may use. */
export interface Pace {
  /** Share of the whole processor, 0 to 1: processor time of a worker / (time × processors). */
  readonly processorShare: number;
  /** Share of the time, 0 to 1, in which a model on a graphics card may compute. */
  readonly gpuShare: number;
  /** Most threads of one step; null: as many as its load planned. */
  readonly threads: number | null;
}
