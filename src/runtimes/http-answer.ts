import { z } from 'zod'
import { Fault } from '../base/fault.ts'
import type { Task } from '../data/schema.ts'
import type { HttpScorer } from './http-scorer.ts'

/** What is known of the question. */
export interface Asked {
  readonly task: Task
  readonly modelClasses: readonly string[]
  readonly rows: number
  /** Row of the whole frame where these begin, for messages. */
  readonly from: number
}

const Cells = z.array(z.unknown())
const PlainJson = z.object({ scores: Cells })
const Mlflow = z.object({ predictions: Cells })
const Output = z.object({ name: z.string(), shape: z.array(z.int().min(0)).min(1), data: Cells })
const OpenInference = z.object({ outputs: z.array(Output).min(1) })

/** What servers call the output that matters. */
const PROBABILITIES = ['probabilities', 'predict_proba', 'output_probability']

/**
 * Reads an answer as numbers, row by row, for `placeScores`.
 *
 * A row is a number (P(the second of the model's classes), or the value), an array of numbers (one a class), an object of
 * a number by class, or the name of a class, which counts as its probability 1.
 * · `plain-json`: `{"scores":[…]}` · `mlflow`: `{"predictions":[…]}` · `open-inference`: `{"outputs":[{"name","shape","data"}]}`
 * @throws Fault SCORING_FAILED when it is anything else
 */
export function readAnswer(text: string, scorer: HttpScorer, asked: Asked): number[] {
  const cells = cellsIn(parsed(text), scorer, asked, text)
  if (cells.length !== asked.rows) {
    throw failed(`it gave ${cells.length} scores for ${asked.rows} rows`)
  }
  const rows = cells.map((cell, row) => numbersIn(cell, asked, asked.from + row))
  const width = rows[0]?.length ?? 0
  const odd = rows.findIndex((row) => row.length !== width)
  if (odd < 0) return rows.flat()
  throw failed(`it gave ${width} numbers for row ${asked.from} and ${rows[odd]?.length} for row ${asked.from + odd}`)
}

function cellsIn(json: unknown, { protocol, output }: HttpScorer, { rows }: Asked, text: string): unknown[] {
  switch (protocol) {
    case 'plain-json':
      return shaped(PlainJson, json, '{"scores":[…]}', text).scores
    case 'mlflow':
      return shaped(Mlflow, json, '{"predictions":[…]}', text).predictions
    case 'open-inference': {
      const { outputs } = shaped(OpenInference, json, '{"outputs":[{"name","shape","data"}]}', text)
      const { data } = chosen(outputs, output)
      // Rows may come nested or in one run.
      const flat = data.flat(Number.POSITIVE_INFINITY)
      const perRow = flat.length / rows
      if (!Number.isInteger(perRow) || perRow <= 1) return flat
      return Array.from({ length: rows }, (_, row) => flat.slice(row * perRow, (row + 1) * perRow))
    }
  }
}

function chosen(outputs: readonly z.output<typeof Output>[], wanted: string | undefined): z.output<typeof Output> {
  const names = outputs.map(({ name }) => `'${name}'`).join(', ')
  const found =
    wanted !== undefined
      ? outputs.find(({ name }) => name === wanted)
      : outputs.length === 1
        ? outputs[0]
        : outputs.find(({ name }) => PROBABILITIES.includes(name))
  if (found !== undefined) return found
  throw failed(
    wanted === undefined
      ? `its outputs are ${names}; say which holds the scores (output)`
      : `it has no output '${wanted}'; there are: ${names}`,
  )
}

function numbersIn(cell: unknown, { task, modelClasses }: Asked, row: number): number[] {
  if (typeof cell === 'number' && task.kind !== 'multiclass') return [cell]
  if (Array.isArray(cell)) return cell.map((value) => numberIn(value, row))
  if (task.kind !== 'regression') {
    const at = modelClasses.indexOf(String(cell))
    if (at >= 0) return modelClasses.map((_, place) => (place === at ? 1 : 0))
    if (isByClass(cell, modelClasses)) return modelClasses.map((name) => numberIn(cell[name], row))
  }
  throw failed(`it gave ${shown(JSON.stringify(cell))} for row ${row}; a score is a number`)
}

function numberIn(value: unknown, row: number): number {
  if (typeof value === 'number') return value
  throw failed(`it gave ${shown(JSON.stringify(value))} for row ${row}; a score is a number`)
}

function isByClass(cell: unknown, classes: readonly string[]): cell is Record<string, unknown> {
  return typeof cell === 'object' && cell !== null && classes.every((name) => Object.hasOwn(cell, name))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw failed(`it gave no JSON: ${shown(text)}`, error)
  }
}

function shaped<T>(shape: z.ZodType<T>, json: unknown, wanted: string, text: string): T {
  const found = shape.safeParse(json)
  if (found.success) return found.data
  throw failed(`it must give ${wanted}; it gave ${shown(text)}`)
}

/** The beginning of what a server said, on one line. */
export function shown(text: string | undefined): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a server says may not move the cursor of a terminal
  const line = (text ?? 'nothing').replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ').trim()
  return line === '' ? 'nothing' : line.length > 200 ? `${line.slice(0, 200)} …` : line
}

function failed(what: string, cause?: unknown): Fault {
  return new Fault('SCORING_FAILED', `the HTTP scorer cannot be used: ${what}`, {}, cause)
}
