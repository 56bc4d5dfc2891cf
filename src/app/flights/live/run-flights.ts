import { writeFile } from 'node:fs/promises'
import { relative } from 'node:path'
import { Fault } from '../../../base/fault.ts'
import type { Progress } from '../../../base/progress.ts'
import { type ApiClient, apiClient } from '../../../cli/api-client.ts'
import type { DemoReport, DemoRun } from '../../../cli/demo-report.ts'
import { findServer } from '../../server-place.ts'
import { type ChildSystem, startChildSystem } from './child-system.ts'
import { type FlightsConfig, flightsYaml } from './flights-config.ts'
import { freshFolder } from './flights-folder.ts'

/** The signals that end a demo. */
const ENDS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export interface RunAsked {
  readonly folder: string
  readonly configFile: string
  readonly config: FlightsConfig
  readonly progress: Progress
}

/**
 * Starts a Keepfit on a fresh folder and plays against it. Whatever happens, the Keepfit does not outlive this process;
 * where a signal ends the demo, it ends the Keepfit first.
 */
export async function runFlights(
  { folder, configFile, config, progress }: RunAsked,
  play: (api: ApiClient) => Promise<DemoReport>,
): Promise<DemoRun> {
  await freshFolder(folder)
  await writeFile(configFile, flightsYaml(config, false))
  progress('starting Keepfit', 0, 1)
  const system = await startChildSystem({ dataFolder: folder, configFile })
  progress('starting Keepfit', 1, 1)
  const ending = heard()
  try {
    const api = apiClient(await findServer({ data: folder }, process.cwd()))
    const work = play(api)
    // Once the Keepfit is gone the play fails in its own words, which nobody needs.
    work.catch(() => {})
    const report = await Promise.race([work, ending.signal.then(() => null), endedEarly(system)])
    if (report === null) return await endBySignal(system, await ending.signal)
    return {
      report,
      url: system.url,
      folder: relative(process.cwd(), folder) || folder,
      stay: () => Promise.race([ending.signal.then(() => {}), system.gone]),
      async close() {
        await system.stop()
        ending.forget()
      },
    }
  } catch (error) {
    await system.stop()
    ending.forget()
    throw error
  }
}

async function endedEarly({ gone }: ChildSystem): Promise<never> {
  await gone
  throw new Fault(
    'SERVER_UNAVAILABLE',
    'the Keepfit that the demo started has ended; its log is log/keepfit.log in its folder',
  )
}

/** Ends as the signal alone would have ended it. */
async function endBySignal(system: ChildSystem, signal: NodeJS.Signals): Promise<never> {
  await system.stop()
  for (const one of ENDS) process.removeAllListeners(one)
  process.kill(process.pid, signal)
  return new Promise(() => {})
}

function heard(): { readonly signal: Promise<NodeJS.Signals>; forget(): void } {
  let hear: (signal: NodeJS.Signals) => void = () => {}
  const signal = new Promise<NodeJS.Signals>((resolve) => {
    hear = resolve
  })
  for (const one of ENDS) process.on(one, hear)
  return {
    signal,
    forget() {
      for (const one of ENDS) process.off(one, hear)
    },
  }
}
