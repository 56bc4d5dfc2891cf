import { z } from 'zod'
import { assert, BrokenInvariant } from './assert.ts'
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

/** The options of any plug-in of a catalog, told apart by `key`: made from the list, so that the list is all there is to keep. */
export function anyConfig<const Key extends string, const Plugins extends readonly { readonly config: z.ZodObject }[]>(
  key: Key,
  plugins: Plugins,
) {
  const [first, ...rest] = plugins.map((plugin): Plugins[number]['config'] => plugin.config)
  assert(first !== undefined, 'a catalog without plug-ins has no options')
  return z.discriminatedUnion(key, [first, ...rest])
}
