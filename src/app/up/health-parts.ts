import { errorText } from '../../base/error-text.ts'
import { withoutPlaces } from '../../http/places.ts'
import type { HealthPart } from '../../http/shapes/health.ts'
import { freeBytes } from '../../store/disk/durable-file.ts'
import type { System } from './system.ts'

/** Below this the disk is as good as full: events are refused before anything acknowledged is at risk. */
const LEAST_FREE_BYTES = 64 * 2 ** 20
const ASK_MS = 2000

/** How each part of the system is; asked quickly, and never thrown. */
export async function healthParts({ database, folder }: System): Promise<readonly HealthPart[]> {
  return Promise.all([
    part('database', async () => {
      const asked = database.pool.query('select 1')
      const late = new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error(`it did not answer within ${ASK_MS / 1000} s`)), ASK_MS).unref()
      })
      await Promise.race([asked, late])
      return 'it answers'
    }),
    part('disk', async () => {
      const free = await freeBytes(folder.path)
      if (free < LEAST_FREE_BYTES) throw new Error(`only ${Math.floor(free / 2 ** 20)} MB are free`)
      return `${(free / 2 ** 30).toFixed(1)} GB are free`
    }),
  ])
}

async function part(name: string, ask: () => Promise<string>): Promise<HealthPart> {
  try {
    return { name, ok: true, detail: await ask() }
  } catch (error) {
    return { name, ok: false, detail: withoutPlaces(errorText(error)) }
  }
}
