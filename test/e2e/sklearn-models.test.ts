import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Frame } from '../../src/data/frame.ts'
import type { Task } from '../../src/data/schema.ts'
import { adoptOnnx } from '../../src/runtimes/adopt.ts'
import { openScorer } from '../../src/runtimes/catalog.ts'
import { numbers, rowsOf } from '../support/onnx.ts'
import { runPython } from '../support/python.ts'

const SCRIPT = fileURLToPath(new URL('../python/export_models.py', import.meta.url))
const KINDS = 13 * 3 + 4 + 5
const SAME = 1e-5
/** 32-bit numbers turn the other way at some thresholds of a forest behind a scaler. */
const SHARE_SAME = 0.99

interface Case {
  readonly name: string
  readonly classes: readonly string[]
  /** One number a class and row; of a regression one a row. */
  readonly said: readonly (readonly number[] | number)[]
}

let folder = ''
let cases: readonly Case[] = []
let rows: Frame

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keepfit-exported-'))
  await runPython(['-B', SCRIPT, folder])
  const made = JSON.parse(readFileSync(join(folder, 'said.json'), 'utf8'))
  cases = made.cases
  rows = rowsOf(made.rows)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The classes as a user may have written them: not in the model's order. */
function taskOf({ classes }: Case): Task {
  const [first, second, third] = [...classes].reverse()
  if (first === undefined || second === undefined) return { kind: 'regression' }
  return third === undefined
    ? { kind: 'binary', classes: [first, second] }
    : { kind: 'multiclass', classes: [second, first, third] }
}

function wanted({ classes, said }: Case, task: Task): number[] {
  if (task.kind === 'regression') return said.flat()
  const asked = task.kind === 'binary' ? [task.classes[1]] : task.classes
  return said.flatMap((row) => asked.map((name) => (row as readonly number[])[classes.indexOf(name)] ?? Number.NaN))
}

test('models of eighteen kinds say what they say in Python, each probability under its own class', async () => {
  expect(cases).toHaveLength(KINDS)
  const differing: string[] = []
  for (const one of cases) {
    const task = taskOf(one)
    const bytes = new Uint8Array(readFileSync(join(folder, `${one.name}.onnx`)))
    const scorer = await openScorer(await adoptOnnx({ bytes, task, features: numbers(4) }, rows))
    const scores = await scorer.score(rows)
    scorer.close()
    const right = wanted(one, task)
    expect(scores).toHaveLength(right.length)
    const same = right.filter(
      (value, i) => Math.abs(value - (scores[i] ?? Number.NaN)) <= SAME * Math.max(1, Math.abs(value)),
    )
    if (same.length / right.length < SHARE_SAME) differing.push(`${one.name}: ${same.length} of ${right.length}`)
  }
  expect(differing).toEqual([])
})
