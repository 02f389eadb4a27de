import { z } from 'zod';
import { TaskId } from '#shared/domain/ids.ts';
import { TaskView } from '#shared/domain/tasks/taskView.ts';
import { SubmitAccepted } from '#shared/protocol/requesting.ts';
import type { RestNeeds } from './RestNeeds.ts';
import { markOf, PageMark, placeOfMark } from './pageMark.ts';
import { Done, TaskList, TaskPost, TaskResults } from './replySchemas.ts';
import { bearerRoute, type Route } from './route.ts';

const ById = z.object({ id: TaskId });

/** Routes about the bearer's own tasks; a task of another account is `not_found`. */
export function taskRoutes(needs: RestNeeds): Route[] {
  const { coordinator, queries } = needs;
  const { ownTasks, intake } = coordinator.rooms;
  return [
    bearerRoute({
      method: 'POST',
      path: '/v1/tasks',
      summary: 'Submit a task; idempotent by task id',
      scope: 'task:create',
      body: TaskPost,
      reply: SubmitAccepted,
      handle: ({ body }, bearer) => intake.submit(bearer, body.taskId ?? needs.newId(), body.submission),
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/tasks',
      summary: 'Your tasks, newest first',
      scope: 'task:read',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        before: PageMark.optional(),
      }),
      reply: TaskList,
      handle: async ({ query }, bearer) => {
        const before = query.before === undefined ? null : placeOfMark(query.before);
        const tasks = await queries.tasksOf(bearer.accountId, { limit: query.limit, before });
        const last = tasks.length < query.limit ? undefined : tasks.at(-1);
        return { tasks, before: last === undefined ? null : markOf(last) };
      },
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/tasks/{id}',
      summary: 'One of your tasks',
      scope: 'task:read',
      params: ById,
      reply: TaskView,
      handle: ({ params }, bearer) => ownTasks.view(bearer.accountId, params.id),
    }),
    bearerRoute({
      method: 'GET',
      path: '/v1/tasks/{id}/results',
      summary: 'The answer so far',
      scope: 'task:read',
      params: ById,
      reply: TaskResults,
      handle: async ({ params }, bearer) => {
        const task = await ownTasks.view(bearer.accountId, params.id);
        const { text } = await ownTasks.text(bearer.accountId, params.id);
        return { task, result: { kind: 'text' as const, text } };
      },
    }),
    bearerRoute({
      method: 'DELETE',
      path: '/v1/tasks/{id}/results',
      summary: 'Delete the texts of one of your tasks after its end',
      scope: 'task:create',
      params: ById,
      reply: Done,
      handle: async ({ params }, bearer) => {
        await ownTasks.forget(bearer.accountId, params.id);
        return { done: true as const };
      },
    }),
    bearerRoute({
      method: 'POST',
      path: '/v1/tasks/{id}/cancel',
      summary: 'Cancel one of your tasks; tokens received so far are kept and paid',
      scope: 'task:create',
      params: ById,
      reply: TaskView,
      handle: ({ params }, bearer) => ownTasks.cancel(bearer.accountId, params.id),
    }),
  ];
}
