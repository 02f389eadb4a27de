import type { AssignmentEvent } from '#shared/domain/tasks/assignment.ts';
import type { Clock } from '#shared/util/clock.ts';
import type { TaskRecord } from '#coordinator/books/records.ts';
import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Metrics } from './Metrics.ts';
import { TypeDemands } from './TypeDemands.ts';

const minuteMs = 60_000;

/** Counts task events for the metrics page and the health report. */
export class TaskCounts {
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  /** Demand by task type. */
  readonly demands: TypeDemands;
  #window = { start: 0, now: 0, before: 0 };

  constructor({ clock, metrics }: { clock: Clock; metrics: Metrics }) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.demands = new TypeDemands(clock);
    this.#window.start = clock.monotonic();
  }

  taskSubmitted({ type }: Pick<TaskRecord, 'type'>): void {
    this.#metrics.tasksSubmitted.inc({ type });
    this.demands.asked(type);
  }

  taskOver({ type, status, createdAt, finishedAt }: TaskRecord): void {
    const { tasksCompleted, tasksFailed, tasksCancelled, taskDuration } = this.#metrics;
    if (status === 'completed') {
      tasksCompleted.inc({ type });
      this.demands.completed(type);
      taskDuration.observe({ type }, ((finishedAt ?? createdAt) - createdAt) / 1000);
      this.#rotate();
      this.#window.now += 1;
    } else (status === 'cancelled' ? tasksCancelled : tasksFailed).inc({ type });
  }

  assignmentOver(event: AssignmentEvent, { tokens, type }: { tokens: number; type: TaskType }): void {
    this.#metrics.assignmentsEnded.inc({ event });
    this.#metrics.outputTokens.inc(tokens);
    this.demands.wrote(type, tokens);
  }

  /** Tasks completed in the last minute, estimated from the current and the previous minute (sliding window). */
  perMinute(): number {
    this.#rotate();
    const share = Math.min(1, (this.#clock.monotonic() - this.#window.start) / minuteMs);
    return Math.round((this.#window.now + this.#window.before * (1 - share)) * 10) / 10;
  }

  #rotate(): void {
    const passed = this.#clock.monotonic() - this.#window.start;
    if (passed < minuteMs) return;
    const before = passed < 2 * minuteMs ? this.#window.now : 0;
    this.#window = { start: this.#clock.monotonic(), now: 0, before };
  }
}
