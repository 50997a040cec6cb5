import { camel, jmx } from '@hawtio/react'
import { readOnly } from './read-only'

/** What this console shows. A plugin of our own is one more line here. */
export function registerPlugins() {
  readOnly()
  jmx()
  camel()
}
