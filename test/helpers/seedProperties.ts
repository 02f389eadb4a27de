import { configureGlobal } from 'fast-check';
import { seedOfRun } from './seedOfRun.ts';

// Loaded before every test file (vitest.config.ts): property tests draw the same examples in every run with the same seed.
configureGlobal({ seed: seedOfRun });
