import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const roomTests = ['unit', 'conformance', 'defects'];

export default defineConfig({
  test: {
    environment: 'node',
    // Tests wait for states, never for times; these limits only end what will never happen, on a busy machine too.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 120_000 } },
    restoreMocks: true,
    setupFiles: ['test/helpers/seedProperties.ts'],
    // Most tests wait for processes and sockets: on two cores two files at once cost no more than one.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: { name: 'rooms', include: roomTests.map((folder) => `test/${folder}/**/*.test.{ts,tsx}`) },
      },
      {
        extends: true,
        test: { name: 'integration', include: ['test/integration/**/*.test.{ts,tsx}'] },
      },
      {
        extends: true,
        test: { name: 'simulation', include: ['test/simulation/**/*.test.ts'], testTimeout: 7_200_000 },
      },
    ],
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'json-summary', 'html'],
      include: ['src-*/**/*.{ts,tsx}'],
      // The interface is tested in a real browser; what only runs in child processes counts as not covered here.
      exclude: ['**/*.d.ts', 'src-renderer/**'],
      thresholds: {
        lines: 85,
        'src-shared/domain/**': { lines: 100 },
        'src-shared/protocol/**': { lines: 100 },
        'src-coordinator/books/money/**': { lines: 100 },
        'src-coordinator/swarm/tasks/**': { lines: 100 },
      },
    },
  },
});
