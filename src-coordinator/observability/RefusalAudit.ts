import type { Clock } from '#shared/util/clock.ts';
import type { Logger } from '#shared/util/logger.ts';
import type { AuditLine } from '#coordinator/books/records.ts';
import type { Metrics } from './Metrics.ts';

/** Error codes that concern trust and are audited; the others are only counted and logged. */
const audited: readonly string[] = [
  'bad_signature',
  'wrong_swarm',
  'not_enrolled',
  'enrolment_rejected',
  'assignment_foreign',
  'chain_mismatch',
  'token_invalid',
  'token_revoked',
  'forbidden',
  'secret_wrong',
];

/** Refusals logged and audited per minute, so that unauthenticated clients cannot fill the disk; the rest are only counted. */
const linesPerMinute = 120;

/** A refused message or request. */
export interface Refusal {
  readonly type: string;
  readonly code: string;
  /** Id of the node or account; '' for an unauthenticated client. */
  readonly who: string;
  readonly address: string;
}

interface RefusalNeeds {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly audit: (line: AuditLine) => Promise<void>;
}

/** Counts refusals, and logs and audits them up to a limit. */
export class RefusalAudit {
  readonly #needs: RefusalNeeds;
  #minute = 0;
  #lines = 0;

  constructor(needs: RefusalNeeds) {
    this.#needs = needs;
  }

  note(refusal: Refusal): void {
    const { logger, metrics } = this.#needs;
    metrics.refusals.inc({ code: refusal.code });
    if (!this.#mayWrite()) return;
    logger.info('Refused', { type: refusal.type, code: refusal.code, node_id: refusal.who });
    if (!audited.includes(refusal.code)) return;
    void this.#write(refusal);
  }

  async #write({ type, code, who, address }: Refusal): Promise<void> {
    const { clock, logger, audit } = this.#needs;
    try {
      await audit({ at: clock.now(), actor: who === '' ? address : who, action: type, subject: who, outcome: code });
    } catch (error) {
      logger.error('Could not write a refusal to the audit log', { error: String(error) });
    }
  }

  #mayWrite(): boolean {
    const minute = Math.floor(this.#needs.clock.monotonic() / 60_000);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#lines = 0;
    }
    this.#lines += 1;
    return this.#lines <= linesPerMinute;
  }
}
