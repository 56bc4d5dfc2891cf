import { errorText } from '../../base/error-text.ts'
import { withoutPlaces } from '../../base/places.ts'
import type { HealthPart } from '../../http/shapes/health.ts'
import { freeBytes } from '../../store/disk/durable-file.ts'
import { DISK_RESERVE } from '../../store/events/disk-guard.ts'
import type { System } from './system.ts'

const ASK_MS = 2000

/** How each part of the system is; asked quickly, and never thrown. */
export async function healthParts({ database, folder }: System): Promise<readonly HealthPart[]> {
  return Promise.all([
    part('database', async () => {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`it did not answer within ${ASK_MS / 1000} s`)), ASK_MS).unref()
      })
      await Promise.race([database.pool.query('select 1'), late]).finally(() => clearTimeout(timer))
      return 'it answers'
    }),
    part('disk', async () => {
      const free = await freeBytes(folder.path)
      if (free < DISK_RESERVE) throw new Error(`only ${Math.floor(free / 2 ** 20)} MiB are free: no event is taken`)
      return `${(free / 2 ** 30).toFixed(1)} GiB are free`
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
