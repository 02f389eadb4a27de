/** How the interface says that the engine is gone, everywhere in the same words. */
export const engineWords = {
  title: 'Engine not responding',
  sentence: 'The engine is not responding.',
  stale: 'Showing its last known state.',
  unavailable: 'Unavailable while the engine is not responding.',
} as const;
