import { type MBeanNode, type MBeanTree, type OptimisedMBeanOperation, treeProcessorRegistry } from '@hawtio/react'

/** The operations that the server lets through: keep in step with jolokia-access.xml, which decides. */
const ALLOWED: readonly { mbean: RegExp; operations: readonly string[] }[] = [
  { mbean: /^org\.apache\.camel:(.*,)?type=context(,|$)/, operations: ['dumpRoutesAsXml', 'dumpRoutesStatsAsXml'] },
  { mbean: /^org\.apache\.camel:(.*,)?type=routes(,|$)/, operations: ['dumpRouteAsXml', 'dumpRouteStatsAsXml'] },
  { mbean: /^org\.apache\.camel:(.*,)?name=DefaultInflightRepository(,|$)/, operations: ['browse'] },
]

/** Whether the server would run an operation of an MBean. */
function allowed(objectName: string, operation: string): boolean {
  return ALLOWED.some(entry => entry.mbean.test(objectName) && entry.operations.includes(operation))
}

/** Hawtio looks an operation up by its name or by name and argument types, with and without blanks between them. */
function mark(node: MBeanNode) {
  const mbean = node.mbean
  if (!mbean?.op) {
    return
  }
  const byString: Record<string, OptimisedMBeanOperation> = {}
  for (const [name, overloads] of Object.entries(mbean.op)) {
    for (const operation of [overloads].flat()) {
      operation.canInvoke = allowed(node.objectName ?? '', name)
      const types = operation.args.map(argument => argument.type)
      byString[`${name}(${types.join(',')})`] = operation
      byString[`${name}(${types.join(', ')})`] = operation
    }
  }
  mbean.opByString = byString
}

/** Greys out what the server refuses anyway, so that nobody is offered a button that can only fail. */
export function readOnly() {
  treeProcessorRegistry.add('read-only', async (tree: MBeanTree) => {
    Object.values(tree.flatten()).forEach(mark)
  })
}
