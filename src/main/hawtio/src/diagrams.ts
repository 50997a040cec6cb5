import dagre from 'dagre'

/**
 * Hawtio draws an edge from nowhere if the first element of a route is not its `from` (an error handler of its own, for example), and then no diagram of any route
 * can be laid out. What has no size is no step of a route, so it is taken out before.
 */
export function robustDiagrams() {
  const layout = dagre.layout
  dagre.layout = (graph, options) => {
    graph
      .nodes()
      .filter(id => !graph.node(id))
      .forEach(id => graph.removeNode(id))
    layout(graph, options)
  }
}
