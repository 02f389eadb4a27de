/** What a dishonest node does to its answers. */
export type Lie =
  | 'bad_chain'
  | 'bad_signature'
  | 'foreign_id'
  | 'wrong_finish'
  | 'wrong_seed'
  | 'more_tokens'
  | 'wrong_prompt'
  | 'silence'
  | 'empty'
  | 'theft';

/** How a node works. Chances are per task. */
export interface WorkerHabits {
  readonly msPerToken: number;
  /** How long it thinks about an offer. */
  readonly answerMs: number;
  readonly decline: number;
  readonly yields: number;
  readonly givesUp: number;
  /** Keeps running tasks across a crash, as the outbox does for finished ones. */
  readonly lie: Lie | null;
  /** Chance that an answer ends by itself at any token. */
  readonly ends: number;
}
