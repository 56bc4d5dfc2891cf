import type { TrainerProgress } from '../../base/supervised.ts'

const PLAIN = /^keepfit progress (\d+(?:\.\d+)?)(?: (.*))?$/
const MOST_METRICS = 256
const LONGEST_MESSAGE = 200

/**
 * Reads a line that says how far a training has come: `keepfit progress 0.45 epoch 3/10`,
 * `{"progress":0.45,"message":"epoch 3","metrics":{"loss":0.1}}`, or a status as Kubeflow's trainer posts it.
 * @returns null for every other line; progress that is no share of 1 is left out
 */
export function progressIn(line: string): TrainerProgress | null {
  const text = line.trim()
  const plain = PLAIN.exec(text)
  if (plain !== null) {
    const share = shareOf(Number(plain[1]))
    return share === null ? null : { share, message: messageOf(plain[2]), metrics: {} }
  }
  if (!text.startsWith('{') || !text.endsWith('}')) return null
  const json = objectIn(text)
  return json === null ? null : progressOf(json)
}

type Json = Readonly<Record<string, unknown>>

function progressOf(json: Json): TrainerProgress | null {
  const { trainerStatus } = json
  const status = isObject(trainerStatus) ? trainerStatus : json
  const { progressPercentage, progress, metrics, message } = status
  if (typeof progressPercentage !== 'number' && typeof progress !== 'number') return null
  const share = shareOf(typeof progress === 'number' ? progress : Number(progressPercentage) / 100)
  return { share, message: messageOf(message), metrics: metricsOf(metrics) }
}

/** By name, as an object or as a list of names and values; a value may be text. */
function metricsOf(metrics: unknown): Record<string, number> {
  const entries: [unknown, unknown][] = Array.isArray(metrics)
    ? metrics.filter(isObject).map(({ name, value }) => [name, value])
    : isObject(metrics)
      ? Object.entries(metrics)
      : []
  const found: Record<string, number> = Object.create(null)
  for (const [name, value] of entries.slice(0, MOST_METRICS)) {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    if (typeof name === 'string' && typeof number === 'number' && Number.isFinite(number)) found[name] = number
  }
  return { ...found }
}

function shareOf(value: number): number | null {
  return value >= 0 && value <= 1 ? value : null
}

function messageOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_MESSAGE) : null
}

function objectIn(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) ? json : null
  } catch {
    return null
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
