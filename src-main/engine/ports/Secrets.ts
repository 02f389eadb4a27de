/** Encryption at rest, with a key file in the data folder or the keychain of the operating system. */
export interface Secrets {
  seal(plain: string): Promise<string>;
  /** Rejects when the text was not sealed here. */
  open(sealed: string): Promise<string>;
}
