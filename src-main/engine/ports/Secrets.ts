/** Encryption at rest: by a key file of the data folder, or by the keychain of the operating system. */
export interface Secrets {
  seal(plain: string): Promise<string>;
  /** Rejects when the text was not sealed here. */
  open(sealed: string): Promise<string>;
}
