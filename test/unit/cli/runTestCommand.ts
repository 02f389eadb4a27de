import { runCommandLine } from '#main/cli/program/runCommandLine.ts';

/** What a command line did, run in this process. */
export interface TestRun {
  readonly code: number;
  readonly out: string;
  readonly lines: readonly Record<string, unknown>[];
  readonly notes: readonly string[];
}

export interface TestRunOptions {
  readonly input?: string;
  readonly env?: Record<string, string>;
  readonly answers?: string[];
  /** Gets what Ctrl-C would run. */
  readonly onInterrupt?: (run: () => void) => void;
  readonly onOut?: (text: string) => void;
}

export async function runTestCommand(args: readonly string[], options: TestRunOptions = {}): Promise<TestRun> {
  let out = '';
  const notes: string[] = [];
  const code = await runCommandLine(args, {
    env: options.env ?? {},
    out: (text) => {
      out += text;
      options.onOut?.(text);
    },
    note: (line) => notes.push(line),
    readInput: () => Promise.resolve(options.input ?? ''),
    askHidden: () => Promise.resolve(options.answers?.shift() ?? ''),
    onInterrupt: (run) => {
      options.onInterrupt?.(run);
      return () => {};
    },
  });
  const lines = args.includes('--json')
    ? out
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
  return { code, out, lines, notes };
}
