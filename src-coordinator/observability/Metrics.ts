import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Sources of the gauges, read when the metrics page is requested. */
export interface MetricSources {
  readonly nodesOnline: () => number;
  readonly tasksWaiting: () => number;
  readonly tasksRunning: () => number;
  readonly demand: () => number;
}

/** The coordinator's metrics, in a separate registry so that one process can hold several coordinators. */
export class Metrics {
  readonly registry = new Registry();
  readonly tasksSubmitted = this.#counter('tasks_submitted_total', 'Tasks submitted', ['type']);
  readonly tasksCompleted = this.#counter('tasks_completed_total', 'Tasks completed', ['type']);
  readonly tasksFailed = this.#counter('tasks_failed_total', 'Tasks failed or expired', ['type']);
  readonly tasksCancelled = this.#counter('tasks_cancelled_total', 'Tasks cancelled', ['type']);
  readonly assignmentsEnded = this.#counter('assignments_ended_total', 'Assignments ended, by event', ['event']);
  readonly offers = this.#counter('task_offers_total', 'Offers by outcome', ['outcome']);
  readonly outputTokens = this.#counter('output_tokens_total', 'Tokens of ended assignments', []);
  readonly refusals = this.#counter('messages_refused_total', 'Messages and requests refused, by error code', ['code']);
  readonly httpDuration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5],
    registers: [this.registry],
  });
  readonly taskDuration = new Histogram({
    name: 'task_duration_seconds',
    help: 'Time from submission to completion',
    labelNames: ['type'],
    buckets: [0.1, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600],
    registers: [this.registry],
  });

  /** Adds the gauges; called once their sources exist. */
  watch(sources: MetricSources): void {
    this.#gauge('nodes_online', 'Nodes with a proven session', sources.nodesOnline);
    this.#gauge('tasks_waiting', 'Tasks waiting for a node', sources.tasksWaiting);
    this.#gauge('tasks_running', 'Running assignments', sources.tasksRunning);
    this.#gauge('demand_multiplier', 'Published demand multiplier', sources.demand);
  }

  #counter<L extends string>(name: string, help: string, labelNames: L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.registry],
      collect() {
        this.set(read());
      },
    });
    gauge.set(0);
  }
}
