/** Why a model never fits, and what can be done; `mostBytes` is what the owner could allow at most. */
export function neverFits(needBytes: number, { budgetBytes, mostBytes }: { budgetBytes: number; mostBytes: number }) {
  const facts = `It needs ${inWords(needBytes)} of memory, and models may use ${inWords(budgetBytes)} here.`;
  return needBytes <= mostBytes
    ? `${facts} Allow more in Settings, or take a smaller file of it.`
    : `${facts} Take a smaller file of it, or remove it.`;
}

/** Why a model that would fit can not be loaded at the moment. */
export function noRoomNow(needBytes: number, freeBytes: number): string {
  const free = inWords(Math.max(0, freeBytes));
  return `It needs ${inWords(needBytes)} of memory, and ${free} are free beside the models that work. Try again when they are done.`;
}

function inWords(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
