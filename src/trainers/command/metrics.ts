import { readFile, stat } from 'node:fs/promises'
import type { SupervisedLine } from '../../base/supervised.ts'
import type { CommandConfig } from './config.ts'
import { failed } from './failure.ts'

const MOST_BYTES = 1024 * 1024
const MOST_METRICS = 1000
const NOT_FINITE = /^[+-]?(?:nan|inf(?:inity)?)$/i

type Metrics = Record<string, number>

/** Reads numbers from the lines that a command prints; of each metric the last one counts. */
export function printedMetrics(wanted: CommandConfig['metrics']) {
  const rules = wanted.map(({ name, regex }) => ({ name, regex: new RegExp(regex) }))
  const found = new Map<string, string>()
  return {
    hear({ text }: SupervisedLine): void {
      for (const { name, regex } of rules) {
        const match = regex.exec(text)
        const number = match?.[1] ?? match?.[0]
        if (number !== undefined) found.set(name, number.trim())
      }
    },
    /** @throws Fault TRAINING_FAILED 'not-finite' */
    read(): Metrics {
      const all: Metrics = Object.create(null)
      for (const [name, text] of found) {
        if (NOT_FINITE.test(text)) throw notFinite(name, text)
        const value = Number(text)
        if (text !== '' && Number.isFinite(value)) all[name] = value
      }
      return all
    },
  }
}

/**
 * Reads `metrics.json`: a mapping of names, each a number. No file: no metrics.
 * @throws Fault TRAINING_FAILED: 'not-finite' for NaN, ∞ or null, 'bad-output' for anything else that is no number
 */
export async function metricsIn(path: string): Promise<Metrics> {
  const size = await stat(path).then(
    (found) => found.size,
    () => null,
  )
  if (size === null) return {}
  if (size > MOST_BYTES) throw failed('bad-output', `metrics.json has ${size} bytes; at most ${MOST_BYTES} are read`)
  const all: Metrics = Object.create(null)
  for (const [name, value] of Object.entries(parsed(await readFile(path, 'utf8')))) {
    if (value === null || (typeof value === 'string' && NOT_FINITE.test(value))) throw notFinite(name, String(value))
    if (typeof value !== 'number')
      throw failed('bad-output', `metric '${name}' in metrics.json must be a number; got ${JSON.stringify(value)}`)
    if (!Number.isFinite(value)) throw notFinite(name, String(value))
    all[name] = value
  }
  if (Object.keys(all).length > MOST_METRICS)
    throw failed('bad-output', `metrics.json names more than ${MOST_METRICS} metrics`)
  return all
}

/** Python writes `NaN` and `Infinity` where JSON has no words for them. */
function parsed(text: string): object {
  for (const spelt of [text, text.replaceAll(/(?<=[:[,\s])(-?)(NaN|Infinity)(?=[\s,}\]])/g, '"$1$2"')]) {
    try {
      const json: unknown = JSON.parse(spelt)
      if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json
    } catch {
      // The second spelling may do; if not, it is said below.
    }
  }
  throw failed('bad-output', 'metrics.json must be a mapping of names, each a number')
}

function notFinite(name: string, value: string) {
  return failed('not-finite', `metric '${name}' is ${value}; a training that converged has finite metrics`, {
    metric: name,
  })
}
