import { BrokenInvariant } from './assert.ts'
import { Fault } from './fault.ts'

/** What every plug-in has, whatever it does. */
export interface Plugin {
  readonly id: string
  readonly title: string
}

/** A closed, ordered, frozen list of plug-ins. Adding one is one line; asking for a missing one lists what exists. */
export function catalog<const T extends readonly Plugin[]>(kind: string, plugins: T) {
  const byId = new Map<string, T[number]>()
  for (const plugin of plugins) {
    if (byId.has(plugin.id)) throw new BrokenInvariant(`two ${kind}s are called '${plugin.id}'`)
    byId.set(plugin.id, plugin)
  }
  return Object.freeze({
    kind,
    all: plugins,
    ids: plugins.map((p) => p.id) as { [K in keyof T]: T[K]['id'] },
    get(id: string): T[number] {
      const plugin = byId.get(id)
      if (plugin === undefined) {
        throw new Fault('PLUGIN_UNKNOWN', `no ${kind} is called '${id}'; there are: ${[...byId.keys()].join(', ')}`)
      }
      return plugin
    },
  })
}
