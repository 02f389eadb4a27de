/** Wording for an unreachable engine, shared by the whole interface. */
export const engineWords = {
  title: 'Engine not responding',
  sentence: 'The engine is not responding.',
  stale: 'Showing its last known state.',
  unavailable: 'Unavailable while the engine is not responding.',
} as const;
