import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { TaskId } from '#shared/domain/ids.ts';
import { isTaskOver } from '#shared/domain/tasks/task.ts';
import type { Bearer } from '#coordinator/members/AccessTokens.ts';
import type { RestNeeds } from './nodeRoutes.ts';

const Params = z.object({ id: TaskId });
const Query = z.object({
  attempt: z.coerce.number().int().min(0).default(0),
  from: z.coerce.number().int().min(0).default(0),
});

/** Bytes that may wait for a slow reader before its stream is closed; it comes back with its position. */
const mostBuffered = 1024 * 1024;

/** Streams an own task: what is there, then each frame, then the end. */
export function streamTaskEvents(needs: RestNeeds, request: FastifyRequest, reply: FastifyReply, bearer: Bearer): void {
  const { id } = Params.parse(request.params);
  const where = Query.parse(request.query);
  const { desk } = needs.coordinator.rooms;
  const { raw } = reply;
  const send = (event: string, data: unknown) => {
    raw.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (raw.writableLength > mostBuffered) raw.destroy();
  };
  const finish = () => {
    send('end', desk.view(bearer.accountId, id));
    raw.end();
  };
  const followed = desk.follow(
    bearer.accountId,
    { taskId: id, ...where },
    {
      id: `stream:${needs.newId()}`,
      onFrame: (frame) => send('frame', frame),
      onOver: finish,
    },
  );
  reply.hijack();
  raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  raw.on('close', followed.stop);
  send('task', followed.reply.task);
  if (followed.reply.frame !== null) send('frame', followed.reply.frame);
  if (isTaskOver(followed.reply.task.status)) finish();
}
