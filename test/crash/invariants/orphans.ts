import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Invariant, Scene } from './invariant.ts'

interface Trainer {
  readonly pid: number
  readonly model: string
  readonly run: number
  readonly epoch: number
}

/** Processes that carry a run's key and work below the data folder. */
export function trainersOf(dataFolder: string): Trainer[] {
  const found: Trainer[] = []
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    const environment = environmentOf(pid)
    if (!environment.includes('KEEPFIT_RUN_KEY=')) continue
    const at = environment.indexOf(`${dataFolder}/runs/`)
    if (at < 0) continue
    const [model = '', run, epoch] = environment
      .slice(at + dataFolder.length + 6, at + dataFolder.length + 200)
      .split('/')
    found.push({ pid, model, run: Number(run), epoch: Number.parseInt(epoch ?? '', 10) })
  }
  return found
}

/** Empty for a process that is gone, or is dead and not buried. */
export function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1')
  } catch {
    return ''
  }
}

export const noOrphan: Invariant = {
  id: 'I7',
  holds: 'no process works for a run or an attempt that is over',
  async look(scene) {
    let orphans = await orphansIn(scene)
    // A takeover ends them within moments.
    for (let waited = 0; orphans.length > 0 && waited < scene.patienceMs; waited += 500) {
      await sleep(500)
      orphans = await orphansIn(scene)
    }
    return orphans.map(
      ({ pid, model, run, epoch }) =>
        `process ${pid} works for attempt ${epoch} of run ${run} of ${model}, which is over`,
    )
  },
}

async function orphansIn({ sql, dataFolder }: Scene): Promise<Trainer[]> {
  const trainers = trainersOf(dataFolder)
  if (trainers.length === 0) return []
  const active = await sql<{ name: string }>(
    `select model || '/' || number || '/' || epoch as name from run where state = 'running'`,
  )
  const names = new Set(active.map(({ name }) => name))
  return trainers.filter(({ model, run, epoch }) => !names.has(`${model}/${run}/${epoch}`))
}
