import { z } from 'zod';

/** The five dimensions of the papers (paper 001 §4.2.1), 0 to 100 here. */
export const QualityDimension = z.enum(['correctness', 'efficiency', 'maintainability', 'security', 'completeness']);
export type QualityDimension = z.infer<typeof QualityDimension>;

const DimensionScore = z.object({
  /** 0 to 100. */
  score: z.number().min(0).max(100),
  /** Weight of the score, 0 to 1. */
  confidence: z.number().min(0).max(1),
  /** Evidence as sentences; never parts of the text. */
  evidence: z.array(z.string().max(300)).max(20),
});

/** The judgement of one answer. Values that were not computed are null and not shown. */
export const QualityRecord = z.object({
  /** 0 to 100, an integer. */
  score: z.int().min(0).max(100),
  method: z.enum(['automated', 'peer_review', 'consensus', 'hybrid']),
  dimensions: z.object({
    correctness: DimensionScore.nullable(),
    efficiency: DimensionScore.nullable(),
    maintainability: DimensionScore.nullable(),
    security: DimensionScore.nullable(),
    completeness: DimensionScore.nullable(),
  }),
  /** Checks in the order they ran, in plain words, e.g. "The code parses". */
  checks: z.array(z.object({ name: z.string().max(80), passed: z.boolean(), evidence: z.string().max(300) })).max(20),
  reviewers: z.array(z.string()).max(50),
  consensusStrength: z.number().min(0).max(1).nullable(),
  /** Micro-credits spent on checking, as credits text; null when nothing was. */
  cost: z.string().nullable(),
});
export type QualityRecord = z.infer<typeof QualityRecord>;
