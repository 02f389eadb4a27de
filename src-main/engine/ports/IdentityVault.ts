/** Stores the sealed identity. */
export interface IdentityVault {
  /** Null before the first `save`. */
  load(): Promise<string | null>;
  save(text: string): Promise<void>;
}
