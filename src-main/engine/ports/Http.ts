/** The answer to one HTTP call. */
export interface HttpAnswer {
  readonly status: number;
  /** Parsed JSON; null when the body is not JSON. */
  readonly body: unknown;
}

/** HTTP as enrolment needs it. */
export interface Http {
  /** Posts JSON. Rejects with a SwarmError `not_connected` when there is no answer. */
  post(url: string, body: unknown): Promise<HttpAnswer>;
}
