import { Fault } from '../base/fault.ts'
import type { EventValue } from './event.ts'
import { momentOfText } from './event-values.ts'
import type { Column } from './frame.ts'
import type { ModelSchema } from './model-schema.ts'
import type { ColumnKind, ColumnSchema } from './schema.ts'
import { readTask, type TaskWish } from './task.ts'

/** What is known of a model's events before any was seen. */
export interface EventSchemaWish extends TaskWish {
  /** Read these only, in this order. */
  readonly features?: readonly string[] | undefined
  readonly ignore?: readonly string[] | undefined
  readonly kinds?: Readonly<Record<string, ColumnKind>> | undefined
  /** What it means that no label came: a class of its own where every label that comes says the other. */
  readonly absentMeans?: string | undefined
}

/** Learns what a model reads and says, event by event. */
export interface SchemaLearner {
  prediction(features: Readonly<Record<string, EventValue>>): void
  label(label: EventValue): void
  /** @throws Fault DATA_INVALID when there is no feature, or the labels are no task */
  learned(): ModelSchema
}

/** Which kinds of values were seen, as bits. */
const NUMBER = 1
const FLAG = 2
const MOMENT = 4
const WORD = 8

/** More distinct labels than this are no classes; beyond it only whether there are more matters. */
const MOST_LABELS = 10_000

/** Starts knowing nothing but what was wished for. */
export function schemaLearner(wish: EventSchemaWish = {}): SchemaLearner {
  const seen = new Map<string, number>()
  const labels = new Set<EventValue>()
  const { features: only, ignore = [], kinds = {} } = wish
  const isWanted = (name: string) => (only === undefined || only.includes(name)) && !ignore.includes(name)
  return {
    prediction(features) {
      for (const name in features) {
        const bits = seen.get(name) ?? 0
        seen.set(name, bits | bitOf(features[name] ?? null, bits))
      }
    },
    label(label) {
      if (label !== null && labels.size < MOST_LABELS) labels.add(label)
    },
    learned() {
      const names = only ?? [...seen.keys()].sort()
      const columns = names.filter(isWanted).map((name): ColumnSchema => {
        return { name, kind: kinds[name] ?? kindOf(seen.get(name) ?? 0) }
      })
      if (columns.length === 0)
        throw new Fault('DATA_INVALID', 'no prediction has told a feature; there is nothing to learn from')
      const values =
        wish.absentMeans === undefined
          ? labels
          : new Set<EventValue>([...labels, absentLabel(wish.absentMeans, labels)])
      return { task: readTask(labelColumn([...values]), wish).task, features: columns }
    },
  }
}

function bitOf(value: EventValue, known: number): number {
  if (value === null) return 0
  if (typeof value === 'number') return NUMBER
  if (typeof value === 'boolean') return FLAG
  // Once a word was seen, times are words too.
  if ((known & WORD) !== 0) return WORD
  return Number.isNaN(momentOfText(value)) ? WORD : MOMENT
}

/** Values of several kinds are categories; a column without any value is read as numbers. */
function kindOf(bits: number): ColumnKind {
  if (bits === 0 || bits === NUMBER) return 'numeric'
  if (bits === FLAG) return 'boolean'
  return bits === MOMENT ? 'time' : 'categorical'
}

/** The word of a configuration in the form of the labels that came. */
function absentLabel(word: string, labels: ReadonlySet<EventValue>): EventValue {
  const has = (type: string) => [...labels].some((label) => typeof label === type)
  if (has('number') && Number.isFinite(Number(word))) return Number(word)
  if (has('boolean') && (word === 'true' || word === 'false')) return word === 'true'
  return word
}

function labelColumn(labels: readonly EventValue[]): Column {
  const name = 'label'
  const missing = new Uint8Array(labels.length)
  if (labels.every((label) => typeof label === 'number')) {
    return { name, kind: 'numeric', values: Float64Array.from(labels as number[]), missing }
  }
  if (labels.every((label) => typeof label === 'boolean')) {
    return { name, kind: 'boolean', values: Uint8Array.from(labels, Number), missing }
  }
  const categories = [...new Set(labels.map(String))]
  const values = Int32Array.from(labels, (label) => categories.indexOf(String(label)))
  return { name, kind: 'categorical', values, missing, categories }
}
