import { randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { commandWorld, tableFiles } from '../../src/app/command-world.ts'
import { Fault } from '../../src/base/fault.ts'
import { type Frame, frame } from '../../src/data/frame.ts'
import type { Task } from '../../src/data/schema.ts'
import { openScorer } from '../../src/runtimes/catalog.ts'
import { command } from '../../src/trainers/command.ts'
import type { TrainerWorld, TrainingInput } from '../../src/trainers/trainer.ts'
import { categorical, numeric, rows } from './forests.ts'

/** A user's own script: learns where to cut x; knows nothing of Keepfit. Python, standard library only. */
export const TRAIN_PY = `
import argparse, csv, json, os
p = argparse.ArgumentParser()
p.add_argument('--data'); p.add_argument('--label'); p.add_argument('--out')
a = p.parse_args()
rows = list(csv.DictReader(open(a.data)))
hits = lambda cut: sum((float(r['x']) > cut) == (r[a.label] == 'yes') for r in rows)
best = max((hits(c / 50), c / 50) for c in range(50))
json.dump({'cut': best[1], 'rows': len(rows)}, open(os.path.join(a.out, 'model.json'), 'w'))
json.dump({'accuracy': best[0] / len(rows)}, open(os.path.join(a.out, 'metrics.json'), 'w'))
print('keepfit progress 1 done')
`

export const SCORE_PY = `
import csv, json, sys
model, data, scores = sys.argv[1:]
cut = json.load(open(model + '/model.json'))['cut']
with open(scores, 'w') as out:
    out.write('score\\n')
    for row in csv.DictReader(open(data)): out.write('0.9\\n' if float(row['x']) > cut else '0.1\\n')
`

export const TRAIN_COMMAND = ['python3', 'train.py', '--data', '{train.csv}', '--label', '{label}', '--out', '{output}']
export const SCORE_COMMAND = ['python3', 'score.py', '{model}', '{data.csv}', '{scores}']

export const BINARY: Task = { kind: 'binary', classes: ['no', 'yes'] }

/** Rows whose label is yes where x is above .4. */
export function cutRows(count = 200): TrainingInput {
  const x = rows(count, (row) => ((row * 37) % count) / count)
  return {
    task: BINARY,
    features: frame([
      numeric('x', x),
      categorical(
        'c, "quoted"',
        rows(count, (row) => (row % 7 === 0 ? null : `v${row % 3}`)),
      ),
    ]),
    labels: Float64Array.from(x, (value) => (value > 0.4 ? 1 : 0)),
    seed: 11,
    labelName: 'left',
  }
}

/** A folder with scripts, as a user's repository, and a folder for trainings. */
export function workshop(scripts: Readonly<Record<string, string>> = {}) {
  const baseFolder = mkdtempSync(join(tmpdir(), 'keepfit-scripts-'))
  const workFolder = mkdtempSync(join(tmpdir(), 'keepfit-work-'))
  for (const [name, text] of Object.entries({ 'train.py': TRAIN_PY, 'score.py': SCORE_PY, ...scripts }))
    writeFileSync(join(baseFolder, name), text)
  const lines: string[] = []
  const world: TrainerWorld = {
    workFolder,
    baseFolder,
    environment: { PATH: process.env['PATH'], HOME: baseFolder, PLANTED: 'planted-in-the-parent' },
    previous: null,
    runKey: randomUUID(),
    signal: new AbortController().signal,
    listener: { onLine: ({ text }) => lines.push(text) },
    tables: tableFiles,
  }
  return {
    baseFolder,
    workFolder,
    world,
    lines,
    read: (path: string) => (existsSync(join(workFolder, path)) ? readFileSync(join(workFolder, path), 'utf8') : ''),
    train: (options: object, input = cutRows(), change: Partial<TrainerWorld> = {}) =>
      command.fitIn(input, { command: TRAIN_COMMAND, score: SCORE_COMMAND, ...options }, { ...world, ...change }),
    async score(artifact: Uint8Array, table: Frame): Promise<number[]> {
      const scorer = await openScorer(artifact, { environment: world.environment, command: commandWorld(baseFolder) })
      try {
        return [...(await scorer.score(table))].map((score) => Math.round(score * 1e6) / 1e6)
      } finally {
        scorer.close()
      }
    },
    remove() {
      for (const folder of [baseFolder, workFolder]) rmSync(folder, { recursive: true, force: true })
    },
  }
}
export type Workshop = ReturnType<typeof workshop>

/** The workshops of one test file: all that were made are removed together. */
export function workshops() {
  const made: Workshop[] = []
  return {
    shop(scripts?: Readonly<Record<string, string>>): Workshop {
      const one = workshop(scripts)
      made.push(one)
      return one
    },
    removeAll() {
      for (const one of made.splice(0)) one.remove()
    },
  }
}

/** What a training that must fail says; throws where it succeeds, or fails in another way. */
export async function trainingFailure(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => new Error('the training succeeded'),
    (reason: unknown) => reason,
  )
  if (error instanceof Fault && error.code === 'TRAINING_FAILED') return error
  throw error
}

/** A training script that only runs these lines; `out` is its output folder. */
export function script(body: string): Readonly<Record<string, string>> {
  return { 'train.py': `import os, sys, json, time\nout = sys.argv[sys.argv.index('--out') + 1]\n${body}` }
}
