import { z } from 'zod';
import { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { TaskId } from '#shared/domain/ids.ts';
import { TryEnded, TryFrame } from './models.ts';
import { Snapshot, type SliceName } from './snapshot.ts';

/** Events of the engine, coalesced to about ten per second. */
export const engineEvents = {
  /** A slice was replaced. `value` fits `Snapshot.shape[slice]`. */
  slice: z.object({
    slice: z.enum(Object.keys(Snapshot.shape) as [SliceName, ...SliceName[]]),
    value: z.unknown(),
  }),
  /** Text of one of the owner's tasks that is followed; several tokens at once. */
  'task:frame': TaskFrame,
  /** The answer starts over. */
  'task:reset': z.object({ taskId: TaskId, attempt: z.int() }),
  /** Last lines of a task running for others, only where its text may be shown. */
  'task:tail': z.object({ taskId: TaskId, text: z.string().max(4000) }),
  /** One of the owner's tasks ended; for notifications and waiting callers. */
  'task:finished': z.object({ taskId: TaskId, status: z.string(), title: z.string() }),
  /** Text of a local trial (`try.start`), and its end. */
  'try:frame': TryFrame,
  'try:ended': TryEnded,
  /** Once a second while subscribed. */
  sample: z.object({
    at: z.number(),
    tokensPerSecond: z.number(),
    processorPercent: z.number(),
    memoryBytes: z.number(),
    memoryTotalBytes: z.number(),
  }),
} as const;

/** One event as it travels: `{name, payload}`. */
export const EngineEvent = z.discriminatedUnion('name', [
  z.object({ name: z.literal('slice'), payload: engineEvents.slice }),
  z.object({ name: z.literal('task:frame'), payload: engineEvents['task:frame'] }),
  z.object({ name: z.literal('task:reset'), payload: engineEvents['task:reset'] }),
  z.object({ name: z.literal('task:tail'), payload: engineEvents['task:tail'] }),
  z.object({ name: z.literal('task:finished'), payload: engineEvents['task:finished'] }),
  z.object({ name: z.literal('try:frame'), payload: engineEvents['try:frame'] }),
  z.object({ name: z.literal('try:ended'), payload: engineEvents['try:ended'] }),
  z.object({ name: z.literal('sample'), payload: engineEvents.sample }),
]);
export type EngineEvent = z.infer<typeof EngineEvent>;

export type EngineEvents = typeof engineEvents;
export type EngineEventName = keyof EngineEvents;
export type EngineEventPayload<K extends EngineEventName> = z.output<EngineEvents[K]>;
