/** A piece of code and the language that it claims to be, by its usual short or long name. */
export interface CodePiece {
  readonly code: string;
  readonly language: string;
}

/** Tells whether code parses. What takes too long is not known; it never rejects. */
export interface CodeParser {
  /** False when one of them does not parse, true when all do, null when there is none or it could not be told. */
  parses(pieces: readonly CodePiece[]): Promise<boolean | null>;
  close(): Promise<void>;
}
