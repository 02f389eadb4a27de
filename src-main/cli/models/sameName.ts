/** Whether two names of models are the same to a person: letters and digits count, in every script; nothing is no name. */
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
