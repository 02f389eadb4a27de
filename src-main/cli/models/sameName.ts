/**
 * Whether two model names are equal to a person: only letters and digits count, in every script. An empty name equals
 * none.
 */
export function sameName(one: string, other: string): boolean {
  const plain = simple(one);
  return plain !== '' && plain === simple(other);
}

function simple(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '');
}
