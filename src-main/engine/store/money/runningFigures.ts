/** Length of the intervals for which earnings are summed. Local days start at a multiple of it in every time zone. */
export const spanMs = 15 * 60_000;

const earnedSpan = (row: 'NEW' | 'OLD'): string => `${row}.settled_at / ${spanMs}`;
const spentSpan = (row: 'NEW' | 'OLD'): string => `${row}.finished_at / ${spanMs}`;

/**
 * Totals that pages and the comparison with the coordinator read often. Triggers update them in the transaction that
 * changes the underlying rows, so that no query has to sum years of history.
 */
export const runningFigures = `
  CREATE TABLE earned (
    swarm_id TEXT NOT NULL,
    span INTEGER NOT NULL,
    model_name TEXT NOT NULL,
    type TEXT NOT NULL,
    tasks INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    worked_ms INTEGER NOT NULL,
    PRIMARY KEY (swarm_id, span, model_name, type)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO earned
    SELECT swarm_id, settled_at / ${spanMs}, model_name, type, count(*), sum(credits),
      sum(coalesce(ended_at - started_at, 0))
    FROM assignments WHERE status = 'accepted' AND settled_at IS NOT NULL GROUP BY 1, 2, 3, 4;
  CREATE TRIGGER earned_more AFTER UPDATE OF status, credits, settled_at, ended_at ON assignments
    WHEN NEW.status = 'accepted' AND NEW.settled_at IS NOT NULL
  BEGIN
    INSERT INTO earned VALUES (NEW.swarm_id, ${earnedSpan('NEW')}, NEW.model_name, NEW.type, 1, NEW.credits,
      coalesce(NEW.ended_at - NEW.started_at, 0))
    ON CONFLICT DO UPDATE SET tasks = tasks + 1, credits = credits + excluded.credits,
      worked_ms = worked_ms + excluded.worked_ms;
  END;
  CREATE TRIGGER earned_less AFTER UPDATE OF status, credits, settled_at, ended_at ON assignments
    WHEN OLD.status = 'accepted' AND OLD.settled_at IS NOT NULL
  BEGIN
    UPDATE earned SET tasks = tasks - 1, credits = credits - OLD.credits,
      worked_ms = worked_ms - coalesce(OLD.ended_at - OLD.started_at, 0)
    WHERE swarm_id = OLD.swarm_id AND span = ${earnedSpan('OLD')} AND model_name = OLD.model_name
      AND type = OLD.type;
  END;

  CREATE TABLE spent (
    swarm_id TEXT NOT NULL,
    span INTEGER NOT NULL,
    tasks INTEGER NOT NULL,
    credits INTEGER NOT NULL,
    PRIMARY KEY (swarm_id, span)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO spent
    SELECT swarm_id, finished_at / ${spanMs}, count(*), sum(credits)
    FROM own_tasks WHERE over = 1 AND finished_at IS NOT NULL GROUP BY 1, 2;
  CREATE TRIGGER spent_more AFTER UPDATE OF over, credits, finished_at ON own_tasks
    WHEN NEW.over = 1 AND NEW.finished_at IS NOT NULL
  BEGIN
    INSERT INTO spent VALUES (NEW.swarm_id, ${spentSpan('NEW')}, 1, NEW.credits)
    ON CONFLICT DO UPDATE SET tasks = tasks + 1, credits = credits + excluded.credits;
  END;
  CREATE TRIGGER spent_less AFTER UPDATE OF over, credits, finished_at ON own_tasks
    WHEN OLD.over = 1 AND OLD.finished_at IS NOT NULL
  BEGIN
    UPDATE spent SET tasks = tasks - 1, credits = credits - OLD.credits
    WHERE swarm_id = OLD.swarm_id AND span = ${spentSpan('OLD')};
  END;
  CREATE TRIGGER spent_removed AFTER DELETE ON own_tasks
    WHEN OLD.over = 1 AND OLD.finished_at IS NOT NULL
  BEGIN
    UPDATE spent SET tasks = tasks - 1, credits = credits - OLD.credits
    WHERE swarm_id = OLD.swarm_id AND span = ${spentSpan('OLD')};
  END;

  CREATE TABLE ledger_sums (
    swarm_id TEXT PRIMARY KEY,
    available INTEGER NOT NULL,
    escrow INTEGER NOT NULL,
    stake INTEGER NOT NULL,
    pending INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    invalid_receipts INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO ledger_sums
    SELECT swarm_id, sum(available), sum(escrow), sum(stake), sum(pending), count(*),
      sum(receipt IS NOT NULL AND receipt_valid = 0)
    FROM ledger GROUP BY swarm_id;
  CREATE TRIGGER ledger_added AFTER INSERT ON ledger
  BEGIN
    INSERT INTO ledger_sums VALUES (NEW.swarm_id, NEW.available, NEW.escrow, NEW.stake, NEW.pending, 1,
      NEW.receipt IS NOT NULL AND NEW.receipt_valid = 0)
    ON CONFLICT DO UPDATE SET available = available + excluded.available, escrow = escrow + excluded.escrow,
      stake = stake + excluded.stake, pending = pending + excluded.pending, entries = entries + 1,
      invalid_receipts = invalid_receipts + excluded.invalid_receipts;
  END;
  CREATE TRIGGER ledger_receipt AFTER UPDATE OF receipt, receipt_valid ON ledger
  BEGIN
    UPDATE ledger_sums SET invalid_receipts = invalid_receipts
      + (NEW.receipt IS NOT NULL AND NEW.receipt_valid = 0) - (OLD.receipt IS NOT NULL AND OLD.receipt_valid = 0)
    WHERE swarm_id = NEW.swarm_id;
  END;
  CREATE TRIGGER ledger_removed AFTER DELETE ON ledger
  BEGIN
    UPDATE ledger_sums SET available = available - OLD.available, escrow = escrow - OLD.escrow,
      stake = stake - OLD.stake, pending = pending - OLD.pending, entries = entries - 1,
      invalid_receipts = invalid_receipts - (OLD.receipt IS NOT NULL AND OLD.receipt_valid = 0)
    WHERE swarm_id = OLD.swarm_id;
  END;
`;
