import { z } from 'zod';

/** One kind of error: its HTTP status, whether a retry may succeed, and a sentence for people. */
interface ErrorKind {
  readonly status: number;
  readonly retryable: boolean;
  readonly sentence: string;
}

/** Every error that may cross a boundary: socket, REST, CLI and interface share this list (rules 3.3). */
export const errorKinds = {
  invalid_message: { status: 400, retryable: false, sentence: 'The message is invalid.' },
  message_too_large: { status: 413, retryable: false, sentence: 'The message is too large.' },
  unsupported: { status: 400, retryable: false, sentence: 'This request is not supported.' },
  unsupported_version: { status: 400, retryable: false, sentence: 'The protocol versions are incompatible.' },
  unauthenticated: { status: 401, retryable: false, sentence: 'Authentication is required.' },
  bad_signature: { status: 401, retryable: false, sentence: 'The signature is invalid.' },
  challenge_expired: { status: 401, retryable: true, sentence: 'The challenge has expired.' },
  wrong_swarm: { status: 403, retryable: false, sentence: 'This belongs to another swarm.' },
  token_invalid: { status: 401, retryable: false, sentence: 'The access token is invalid.' },
  token_revoked: { status: 401, retryable: false, sentence: 'The access token has been revoked.' },
  forbidden: { status: 403, retryable: false, sentence: 'You do not have permission to do this.' },
  not_enrolled: { status: 403, retryable: false, sentence: 'This node is not enrolled in the swarm.' },
  enrolment_rejected: { status: 403, retryable: false, sentence: 'The swarm rejected this node.' },
  enrolment_pending: { status: 202, retryable: true, sentence: 'The swarm has not approved this node yet.' },
  secret_wrong: { status: 403, retryable: false, sentence: 'The secret of the private swarm is wrong.' },
  rate_limited: { status: 429, retryable: true, sentence: 'Too many requests. Try again in a moment.' },
  too_many_tasks: { status: 429, retryable: true, sentence: 'This account has too many open tasks.' },
  overloaded: { status: 503, retryable: true, sentence: 'The coordinator is overloaded.' },
  shutting_down: { status: 503, retryable: true, sentence: 'The coordinator is shutting down.' },
  timeout: { status: 504, retryable: true, sentence: 'The request timed out.' },
  not_connected: { status: 503, retryable: true, sentence: 'Not connected to the coordinator.' },
  no_swarm: { status: 409, retryable: false, sentence: 'You have not joined a swarm yet.' },
  not_found: { status: 404, retryable: false, sentence: 'Not found.' },
  conflict: { status: 409, retryable: false, sentence: 'This is not possible in the current state.' },
  task_id_taken: { status: 409, retryable: true, sentence: 'This task ID belongs to another account.' },
  idempotency_mismatch: {
    status: 409,
    retryable: false,
    sentence: 'This task ID was already used for a different task.',
  },
  insufficient_credits: { status: 402, retryable: false, sentence: 'Your balance does not cover the price.' },
  budget_too_small: { status: 402, retryable: false, sentence: 'The budget does not cover a single token.' },
  prompt_too_long: { status: 422, retryable: false, sentence: 'The prompt is too long for any available model.' },
  no_eligible_node: { status: 422, retryable: true, sentence: 'No available node can run this task.' },
  model_unknown: { status: 422, retryable: false, sentence: 'Unknown model.' },
  parent_unusable: { status: 422, retryable: false, sentence: 'A parent task cannot be used.' },
  privacy_violation: { status: 422, retryable: false, sentence: 'The privacy class does not allow this.' },
  assignment_unknown: { status: 404, retryable: false, sentence: 'Unknown assignment.' },
  assignment_foreign: { status: 403, retryable: false, sentence: 'This assignment belongs to another node.' },
  chain_mismatch: { status: 422, retryable: false, sentence: 'The chunk does not continue the stored answer.' },
  out_of_order: { status: 409, retryable: true, sentence: 'The chunk leaves a gap. Resend from the given index.' },
  model_refused: { status: 422, retryable: false, sentence: 'The model file is damaged or not what it claims to be.' },
  out_of_memory: { status: 507, retryable: true, sentence: 'Not enough memory for this model.' },
  storage_full: { status: 507, retryable: true, sentence: 'The disk is full.' },
  storage_read_only: { status: 500, retryable: false, sentence: 'The data folder is not writable.' },
  storage_damaged: { status: 500, retryable: false, sentence: 'The database is damaged.' },
  already_running: { status: 409, retryable: false, sentence: 'Open Swarm is already running with this data folder.' },
  port_taken: { status: 409, retryable: false, sentence: 'The port is in use by another program.' },
  engine_not_running: {
    status: 503,
    retryable: false,
    sentence: 'Open Swarm is not running. Start it with: open-swarm start',
  },
  passphrase_wrong: { status: 403, retryable: false, sentence: 'The passphrase is wrong or the backup is damaged.' },
  internal: { status: 500, retryable: true, sentence: 'An internal error occurred.' },
} as const satisfies Record<string, ErrorKind>;

export type ErrorCode = keyof typeof errorKinds;

export const ErrorCode = z.enum(Object.keys(errorKinds) as [ErrorCode, ...ErrorCode[]]);

/** An error as it crosses a boundary. `field` names the invalid input as a path such as `payload.prompt`. */
export const WireError = z.object({
  code: ErrorCode,
  message: z.string().max(2000),
  field: z.string().max(200).optional(),
  /** Facts for the receiver to act on, for example price and balance in credits. */
  details: z.record(z.string().max(64), z.union([z.string().max(500), z.number(), z.boolean()])).optional(),
});
export type WireError = z.infer<typeof WireError>;

interface SwarmErrorOptions {
  readonly field?: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
  readonly cause?: unknown;
}

/** The error class of every failure that may reach a person or another process. Its `code` is a key of `errorKinds`. */
export class SwarmError extends Error {
  override readonly name = 'SwarmError';
  readonly code: ErrorCode;
  readonly field: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>> | undefined;

  constructor(code: ErrorCode, message?: string, options: SwarmErrorOptions = {}) {
    super(message ?? errorKinds[code].sentence, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.field = options.field;
    this.details = options.details;
  }
}

/** Converts anything thrown into its wire form. Unexpected errors become `internal` without details. */
export function toWireError(thrown: unknown): WireError {
  if (thrown instanceof SwarmError) {
    return {
      code: thrown.code,
      message: thrown.message.slice(0, 2000),
      ...(thrown.field === undefined ? {} : { field: thrown.field.slice(0, 200) }),
      ...(thrown.details === undefined ? {} : { details: { ...thrown.details } }),
    };
  }
  if (thrown instanceof z.ZodError) return fromZodError(thrown);
  return { code: 'internal', message: errorKinds.internal.sentence };
}

/** The first issue of a failed parse, with the path of its field. */
export function fromZodError(error: z.ZodError): WireError {
  const issue = error.issues[0];
  const field = issue === undefined ? '' : issue.path.map(String).join('.');
  return {
    code: 'invalid_message',
    message: `${field === '' ? 'The message' : field}: ${issue?.message ?? 'invalid'}`.slice(0, 2000),
    ...(field === '' ? {} : { field: field.slice(0, 200) }),
  };
}
