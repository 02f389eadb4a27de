import type { TaskType } from '#shared/domain/tasks/taskType.ts';
import type { Candidate, ConnectedNode } from './ConnectedNode.ts';
import type { ServableModel } from './servable.ts';

/** Maximum number of candidates considered per task, so that its cost does not grow with the number of nodes. */
const mostCandidates = 64;

/** Connected nodes and their slots, indexed by model digest; no scan over all nodes per task. */
export class NodeRegistry {
  readonly #nodes = new Map<string, ConnectedNode>();
  /** Assignments and offers that hold a slot: node → digest → ids. Outlives sessions, since runs do. */
  readonly #busy = new Map<string, Map<string, Set<string>>>();
  /** Online nodes by digest, with and without a free slot; those freed last stand last. */
  readonly #free = new Map<string, Set<string>>();
  readonly #full = new Map<string, Set<string>>();
  readonly #digestsOfType = new Map<TaskType, Map<string, number>>();
  /** Online nodes that serve a type. */
  readonly #nodesOfType = new Map<TaskType, number>();

  get(nodeId: string): ConnectedNode | undefined {
    return this.#nodes.get(nodeId);
  }

  all(): Iterable<ConnectedNode> {
    return this.#nodes.values();
  }

  get size(): number {
    return this.#nodes.size;
  }

  add(node: ConnectedNode): void {
    this.remove(node.nodeId);
    this.#nodes.set(node.nodeId, node);
    this.#index(node);
  }

  remove(nodeId: string): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    this.#unindex(node);
    this.#nodes.delete(nodeId);
  }

  /** Changes what a node can do, keeping the indexes true. */
  update(nodeId: string, change: (node: ConnectedNode) => void): void {
    const node = this.#nodes.get(nodeId);
    if (node === undefined) return;
    this.#unindex(node);
    change(node);
    this.#index(node);
  }

  /** Takes a slot for an offer or an assignment. Taking it twice does nothing. */
  reserve(nodeId: string, digest: string, holderId: string): void {
    const ofNode = this.#busy.get(nodeId) ?? new Map<string, Set<string>>();
    const holders = ofNode.get(digest) ?? new Set<string>();
    holders.add(holderId);
    ofNode.set(digest, holders);
    this.#busy.set(nodeId, ofNode);
    this.#place(nodeId, digest);
  }

  /** Releases a slot; true if the node is connected and can use it. */
  release(nodeId: string, digest: string, holderId: string): boolean {
    const ofNode = this.#busy.get(nodeId);
    const holders = ofNode?.get(digest);
    if (ofNode === undefined || holders?.delete(holderId) !== true) return false;
    if (holders.size === 0) ofNode.delete(digest);
    if (ofNode.size === 0) this.#busy.delete(nodeId);
    this.#place(nodeId, digest);
    return this.#nodes.has(nodeId);
  }

  freeSlots(node: ConnectedNode, model: ServableModel): number {
    return Math.max(0, model.slots - (this.#busy.get(node.nodeId)?.get(model.digest)?.size ?? 0));
  }

  /** Nodes with a free slot for one of the wanted models, a bounded number of them, those idle longest first. */
  freeCandidates(wanted: { digest: string | null; type: TaskType; onlyNodeId: string | null }): Candidate[] {
    return this.#candidates(this.#free, wanted);
  }

  /** The same for nodes whose slots are all taken. */
  busyCandidates(wanted: { digest: string | null; type: TaskType; onlyNodeId: string | null }): Candidate[] {
    return this.#candidates(this.#full, wanted);
  }

  /** The model as some online node offers it. */
  modelOf(digest: string): ServableModel | undefined {
    for (const index of [this.#free, this.#full]) {
      for (const nodeId of index.get(digest) ?? []) {
        const model = this.#nodes.get(nodeId)?.models.find((each) => each.digest === digest);
        if (model !== undefined) return model;
      }
    }
    return undefined;
  }

  /** Task types that some online node serves. */
  servedTypes(): TaskType[] {
    return [...this.#digestsOfType.keys()];
  }

  /** Online nodes that serve a type, with any of their models. */
  servingType(type: TaskType): number {
    return this.#nodesOfType.get(type) ?? 0;
  }

  /** Online nodes with a free slot for a model. */
  freeNodesOf(digest: string): number {
    return this.#free.get(digest)?.size ?? 0;
  }

  /** Number of online nodes with a free slot, counted once per model, for the demand multiplier. */
  freeNodes(): number {
    let sum = 0;
    for (const nodes of this.#free.values()) sum += nodes.size;
    return sum;
  }

  #candidates(
    index: ReadonlyMap<string, ReadonlySet<string>>,
    wanted: { digest: string | null; type: TaskType; onlyNodeId: string | null },
  ): Candidate[] {
    const digests = wanted.digest === null ? (this.#digestsOfType.get(wanted.type)?.keys() ?? []) : [wanted.digest];
    const found: Candidate[] = [];
    for (const digest of digests) {
      const nodeIds = index.get(digest);
      if (nodeIds === undefined) continue;
      for (const nodeId of wanted.onlyNodeId === null ? nodeIds : onlyIn(nodeIds, wanted.onlyNodeId)) {
        const candidate = this.#candidate(nodeId, digest);
        if (candidate !== undefined) found.push(candidate);
        if (found.length >= mostCandidates) return found;
      }
    }
    return found;
  }

  #candidate(nodeId: string, digest: string): Candidate | undefined {
    const node = this.#nodes.get(nodeId);
    const model = node?.models.find((each) => each.digest === digest);
    return node === undefined || model === undefined
      ? undefined
      : { node, model, freeSlots: this.freeSlots(node, model) };
  }

  #index(node: ConnectedNode): void {
    if (node.status !== 'online') return;
    this.#countTypes(node, 1);
    for (const model of node.models) {
      this.#place(node.nodeId, model.digest);
      for (const type of model.types) {
        const digests = this.#digestsOfType.get(type) ?? new Map<string, number>();
        digests.set(model.digest, (digests.get(model.digest) ?? 0) + 1);
        this.#digestsOfType.set(type, digests);
      }
    }
  }

  #unindex(node: ConnectedNode): void {
    if (node.status !== 'online') return;
    this.#countTypes(node, -1);
    for (const model of node.models) {
      drop(this.#free, model.digest, node.nodeId);
      drop(this.#full, model.digest, node.nodeId);
      for (const type of model.types) this.#forgetType(type, model.digest);
    }
  }

  #countTypes(node: ConnectedNode, by: 1 | -1): void {
    for (const type of new Set(node.models.flatMap(({ types }) => types))) {
      this.#nodesOfType.set(type, this.servingType(type) + by);
    }
  }

  #forgetType(type: TaskType, digest: string): void {
    const digests = this.#digestsOfType.get(type);
    const count = (digests?.get(digest) ?? 0) - 1;
    if (count > 0) digests?.set(digest, count);
    else digests?.delete(digest);
    if (digests?.size === 0) this.#digestsOfType.delete(type);
  }

  /** Puts a node into the right index of one digest. */
  #place(nodeId: string, digest: string): void {
    const node = this.#nodes.get(nodeId);
    const model = node?.models.find((each) => each.digest === digest);
    if (node === undefined || model === undefined || node.status !== 'online') return;
    const free = this.freeSlots(node, model) > 0;
    drop(free ? this.#full : this.#free, digest, nodeId);
    const index = free ? this.#free : this.#full;
    const nodes = index.get(digest) ?? new Set<string>();
    // Set order is the order of first insertion; a node that was just used moves to the end.
    nodes.delete(nodeId);
    nodes.add(nodeId);
    index.set(digest, nodes);
  }
}

function drop(index: Map<string, Set<string>>, digest: string, nodeId: string): void {
  const nodes = index.get(digest);
  nodes?.delete(nodeId);
  if (nodes?.size === 0) index.delete(digest);
}

function onlyIn(nodeIds: ReadonlySet<string>, nodeId: string): string[] {
  return nodeIds.has(nodeId) ? [nodeId] : [];
}
