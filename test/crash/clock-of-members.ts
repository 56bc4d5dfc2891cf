import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The smallest step back: longer than any patience of the product. Milliseconds. */
export const STEP_BACK_MS = 600_000

/** Loaded into every process of Keepfit before its own code: its time is the machine's, and what the file beside says. */
const PRELOADED = `
import { readFileSync } from 'node:fs'
const file = new URL('./skew', import.meta.url)
const Machine = globalThis.Date, machineNow = Machine.now
let skew = 0, askedAt = -1000
function now() {
  if (performance.now() - askedAt > 50) {
    askedAt = performance.now()
    try { skew = Number(readFileSync(file, 'utf8')) || 0 } catch {}
  }
  return machineNow() + skew
}
Machine.now = now
globalThis.Date = new Proxy(Machine, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
})
`

/** The clock that all processes of an installation have, and that can be put back. */
export interface MembersClock {
  /** For the environment of a process. */
  readonly nodeOptions: string
  now(): number
  stepBack(ms: number): void
}

export function clockOfMembers(folder: string): MembersClock {
  const skew = join(folder, 'skew')
  const preloaded = join(folder, 'clock.mjs')
  writeFileSync(skew, '0')
  writeFileSync(preloaded, PRELOADED)
  const offset = () => Number(readFileSync(skew, 'utf8'))
  return {
    nodeOptions: `--import=${pathToFileURL(preloaded).href}`,
    now: () => Date.now() + offset(),
    stepBack: (ms) => writeFileSync(skew, String(offset() - ms)),
  }
}
