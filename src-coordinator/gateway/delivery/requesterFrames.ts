import type { NodeChannels } from '#coordinator/swarm/nodes/NodeChannels.ts';
import type { FrameListener } from './FrameRelay.ts';

/** Sends the frames of an answer to the node that asked for it. */
export function requesterFrames(channels: Pick<NodeChannels, 'notify'>, nodeId: string): FrameListener {
  return {
    id: nodeId,
    onFrame: (frame) => channels.notify(nodeId, 'task:frame', frame),
    // The requester learns of the end from the durable event.
    onOver: () => undefined,
  };
}
