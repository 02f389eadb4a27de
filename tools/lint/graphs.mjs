// Small pure functions on directed graphs. A graph is a Map from each node to the Set of nodes that it points to.

/** The graph of the given nodes and edges `[from, to]`; an edge from a node to itself is dropped. */
export function graphOf(nodes, edges) {
  const graph = new Map(nodes.map((node) => [node, new Set()]));
  for (const [from, to] of edges) {
    for (const node of [from, to]) if (!graph.has(node)) graph.set(node, new Set());
    if (from !== to) graph.get(from).add(to);
  }
  return graph;
}

/** The strongly connected components (Tarjan's algorithm), each after the components it points to. */
export function components(graph) {
  const seen = new Map();
  const stack = [];
  const found = [];
  const visit = (node) => {
    const entry = { at: seen.size, low: seen.size, open: true };
    seen.set(node, entry);
    stack.push(node);
    for (const next of graph.get(node)) {
      const other = seen.get(next) ?? visit(next);
      if (other.open) entry.low = Math.min(entry.low, other.low);
    }
    if (entry.low === entry.at) {
      const group = stack.splice(stack.indexOf(node));
      for (const member of group) seen.get(member).open = false;
      found.push(group);
    }
    return entry;
  };
  for (const node of graph.keys()) if (!seen.has(node)) visit(node);
  return found;
}

/** A shortest cycle of each strongly connected component, without repeating its first node. */
export function cycles(graph) {
  return components(graph)
    .filter((group) => group.length > 1)
    .map((group) => shortestCycle(graph, new Set(group)));
}

function shortestCycle(graph, group) {
  let best;
  for (const start of group) {
    const cycle = wayBack(graph, group, start);
    if (best === undefined || cycle.length < best.length) best = cycle;
  }
  return best;
}

function wayBack(graph, group, start) {
  const cameFrom = new Map();
  const queue = [start];
  for (const node of queue) {
    for (const next of graph.get(node)) {
      if (next === start) return pathTo(node, cameFrom);
      if (!group.has(next) || cameFrom.has(next)) continue;
      cameFrom.set(next, node);
      queue.push(next);
    }
  }
  throw new Error(`No cycle through ${start}`);
}

function pathTo(node, cameFrom) {
  const before = cameFrom.get(node);
  return before === undefined ? [node] : [...pathTo(before, cameFrom), node];
}

/** The longest path through the graph. Nodes of a cycle all count, one after the other. */
export function longestChain(graph) {
  const below = new Map();
  let longest = [];
  for (const group of components(graph)) {
    let best = [];
    for (const node of group) {
      for (const next of graph.get(node)) {
        const chain = group.includes(next) ? [] : below.get(next);
        if (chain.length > best.length) best = chain;
      }
    }
    const chain = [...group.toReversed(), ...best];
    for (const node of group) below.set(node, chain);
    if (chain.length > longest.length) longest = chain;
  }
  return longest;
}
