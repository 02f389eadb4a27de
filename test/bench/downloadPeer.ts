import { z } from 'zod';

/** What a program that downloads one file for the benchmark says of itself, as its last line. */
export const DownloadReport = z.object({
  /** From the first request to the end; without the start of Node, which the engine has behind it. */
  seconds: z.number(),
  /** Inside the library's hashing; null where the program does not say. */
  hashSeconds: z.number().nullable(),
  /** Resident before the download began. */
  baseBytes: z.number(),
});
export type DownloadReport = z.infer<typeof DownloadReport>;
