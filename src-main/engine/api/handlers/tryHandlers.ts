import { SwarmError } from '#shared/domain/errorCodes.ts';
import type { Rooms } from '#engine/compose/composeRooms.ts';
import type { EngineHandlers, EnginePorts } from '#engine/ports/engineContract.ts';
import { Trials } from './Trials.ts';

/** Trying a model on this machine alone: nothing is asked of a swarm and nothing is stored. */
export function tryHandlers(rooms: Rooms, ports: EnginePorts): Pick<EngineHandlers, 'try.start' | 'try.stop'> {
  const { inference, clock, random } = ports;
  const { announcer, models } = rooms;
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
