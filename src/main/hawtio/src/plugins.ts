import { camel, jmx } from '@hawtio/react'
import { robustDiagrams } from './diagrams'
import { readOnly } from './read-only'

/** What this console shows. A plugin of our own is one more line here. */
export function registerPlugins() {
  readOnly()
  robustDiagrams()
  jmx()
  camel()
}
