import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { TaskId } from '#shared/domain/ids.ts';
import { isTaskOver } from '#shared/domain/tasks/task.ts';
import type { TaskFrame } from '#shared/domain/tasks/taskView.ts';
import { parseAt } from '#shared/protocol/serve.ts';
import type { FrameRelay } from '#coordinator/gateway/delivery/FrameRelay.ts';
import type { Bearer } from '#coordinator/members/AccessTokens.ts';
import type { OwnTasks } from '#coordinator/swarm/intake/OwnTasks.ts';
import type { RawRequest, RouteDescription } from './route.ts';

const Params = z.object({ id: TaskId });
const Query = z.object({
  attempt: z.coerce.number().int().min(0).default(0),
  from: z.coerce.number().int().min(0).default(0),
});

/** The route that `streamTaskEvents` serves; it writes to the connection itself and so is no `Route` with a JSON reply. */
export const taskEvents = {
  method: 'GET',
  path: '/v1/tasks/{id}/events',
  summary: 'Follow one of your tasks: `frame` events with pieces of the answer, then one `end`',
  scope: 'task:read',
  params: Params,
  query: Query,
  reply: z.string(),
  replyType: 'text/event-stream',
} as const satisfies RouteDescription;

interface StreamNeeds {
  readonly coordinator: {
    readonly rooms: {
      readonly ownTasks: Pick<OwnTasks, 'follow' | 'view'>;
      readonly relay: FrameRelay;
    };
  };
  readonly newId: () => string;
}

/** Bytes that may wait for a slow reader before its stream is closed; the reader resumes from its position. */
const maxBufferedBytes = 1024 * 1024;

/**
 * Streams a task of the bearer as server-sent events: the stored part of the answer, each new frame, then the end. Throws `not_found`
 * before the stream begins.
 */
export async function streamTaskEvents(
  needs: StreamNeeds,
  request: Pick<RawRequest, 'params' | 'query'>,
  reply: { readonly raw: FastifyReply['raw']; readonly hijack: () => unknown },
  { accountId }: Pick<Bearer, 'accountId'>,
): Promise<void> {
  const { id } = parseAt(Params, request.params, '');
  const position = parseAt(Query, request.query, '');
  const { ownTasks, relay } = needs.coordinator.rooms;
  const { raw } = reply;
  const send = (event: string, data: unknown) => {
    raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (raw.writableLength > maxBufferedBytes) raw.destroy();
  };
  const finish = async () => {
    send('end', await ownTasks.view(accountId, id));
    raw.end();
  };
  const onOver = () => void finish().catch(() => raw.destroy());
  const listener = { id: `stream:${needs.newId()}`, onFrame: (frame: TaskFrame) => send('frame', frame), onOver };
  const followed = await ownTasks.follow(accountId, { taskId: id, ...position }, relay.watch(id, listener));
  reply.hijack();
  if (raw.destroyed) {
    // The reader left before this: nothing will tell that it closed.
    followed.stop();
    return;
  }
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  raw.on('close', followed.stop);
  send('task', followed.reply.task);
  if (followed.reply.frame !== null) send('frame', followed.reply.frame);
  if (isTaskOver(followed.reply.task.status)) await finish();
  else followed.begin();
}
