import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { EngineRooms } from '#engine/api/snapshot/EngineRooms.ts';
import type { EngineHandlers } from '#engine/api/Engine.ts';
import { Trials } from './Trials.ts';

/** Commands that try a model on this machine alone: no swarm is involved and nothing is stored. */
export function tryHandlers(rooms: EngineRooms): Pick<EngineHandlers, 'try.start' | 'try.stop'> {
  const { announcer, models, inference, clock, random } = rooms;
  const trials = new Trials({ inference, clock, random, emit: announcer.emit });
  return {
    'try.start': async ({ digest, ...request }) => {
      const model = models.find(digest);
      if (model === null) throw new SwarmError('model_unknown', 'This model is not installed.', { field: 'digest' });
      if (request.prompt.kind === 'messages' && !model.chatTemplate) {
        const message = `${model.name} has no chat template: it only continues a text.`;
        throw new SwarmError('invalid_message', message, { field: 'prompt' });
      }
      return { tryId: trials.start(model, request) };
    },
    'try.stop': async ({ tryId }) => {
      trials.stop(tryId);
      return {};
    },
  };
}
