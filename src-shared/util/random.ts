/** The only source of randomness for rooms that decide. Simulations pass a seeded one. */
export interface Random {
  /** Uniform in [0, 1). Not for secrets. */
  fraction(): number;
  /** `length` random bytes; cryptographically strong in the real implementation. */
  bytes(length: number): Uint8Array;
}
