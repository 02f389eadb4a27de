/** Time over which a rate is measured, in milliseconds. */
const windowMs = 5000;

/** Bytes per second over the last seconds. */
export class SpeedMeter {
  #marks: { readonly at: number; readonly bytes: number }[] = [];

  /** `bytes` so far at `at`, monotonic milliseconds. */
  record(bytes: number, at: number): void {
    const last = this.#marks.at(-1);
    if (last !== undefined && at - last.at < 100) return;
    // A chunk that turned out damaged takes bytes back: the measurement begins anew.
    if (last !== undefined && bytes < last.bytes) this.#marks = [];
    this.#marks.push({ at, bytes });
    while (at - (this.#marks[0]?.at ?? at) > windowMs) this.#marks.shift();
  }

  get bytesPerSecond(): number {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at) return 0;
    return Math.max(0, Math.round(((last.bytes - first.bytes) / (last.at - first.at)) * 1000));
  }
}
