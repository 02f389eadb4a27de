import { z } from 'zod';
import { Quote, TaskFrame, TaskView } from '#shared/domain/tasks/taskView.ts';
import { AccountRead, AccountView, EventBatch, EventBatchReply, LedgerPage, LedgerRead } from './events.ts';
import {
  FollowReply,
  SubmitAccepted,
  TaskCancel,
  TaskFollow,
  TaskForget,
  TaskQuote,
  TaskSubmit,
} from './requesting.ts';
import {
  LeaseRenew,
  LinkProbe,
  LinkProbeReply,
  NodeBeat,
  NodeBeatReply,
  NodeUpdate,
  SessionOffer,
  SessionOpen,
  SessionProve,
  SessionReady,
} from './session.ts';
import {
  OfferReply,
  ProgressReply,
  ResultReply,
  TaskAssign,
  TaskOffer,
  TaskProgress,
  TaskResult,
  TaskStop,
} from './working.ts';

const Nothing = z.object({});

/** The messages from a node (worker or requester) to a coordinator, with their replies. */
export const toCoordinator = {
  'session:open': { payload: SessionOpen, reply: SessionOffer },
  'session:prove': { payload: SessionProve, reply: SessionReady },
  'node:update': { payload: NodeUpdate, reply: Nothing },
  'node:beat': { payload: NodeBeat, reply: NodeBeatReply },
  'link:probe': { payload: LinkProbe, reply: LinkProbeReply },
  'lease:renew': { payload: LeaseRenew, reply: Nothing },
  'task:progress': { payload: TaskProgress, reply: ProgressReply },
  'task:result': { payload: TaskResult, reply: ResultReply },
  'task:quote': { payload: TaskQuote, reply: Quote },
  'task:submit': { payload: TaskSubmit, reply: SubmitAccepted },
  'task:cancel': { payload: TaskCancel, reply: TaskView },
  'task:follow': { payload: TaskFollow, reply: FollowReply },
  'task:forget': { payload: TaskForget, reply: Nothing },
  'account:read': { payload: AccountRead, reply: AccountView },
  'ledger:read': { payload: LedgerRead, reply: LedgerPage },
} as const;

/** The messages from a coordinator to a node, with their replies. */
export const toNode = {
  'task:offer': { payload: TaskOffer, reply: OfferReply },
  'task:assign': { payload: TaskAssign, reply: Nothing },
  'task:stop': { payload: TaskStop, reply: Nothing },
  'task:frame': { payload: TaskFrame, reply: Nothing },
  events: { payload: EventBatch, reply: EventBatchReply },
} as const;

export type ToCoordinator = typeof toCoordinator;
export type ToNode = typeof toNode;
type Table = Readonly<Record<string, { readonly payload: z.ZodType; readonly reply: z.ZodType }>>;

/** Payload of a message after parsing, as its receiver sees it. */
export type PayloadOf<T extends Table, K extends keyof T> = z.output<T[K]['payload']>;
/** Payload of a message before parsing, as its sender writes it. */
export type PayloadFor<T extends Table, K extends keyof T> = z.input<T[K]['payload']>;
/** Reply to a message after parsing. */
export type ReplyOf<T extends Table, K extends keyof T> = z.output<T[K]['reply']>;
