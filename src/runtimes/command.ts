import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { assert } from '../base/assert.ts'
import { environmentOf, fillIn, withPaths } from '../base/command-line.ts'
import { Fault } from '../base/fault.ts'
import { fileUnder } from '../base/file-under.ts'
import { unpackFiles } from '../base/packed-files.ts'
import type { SupervisedOutcome } from '../base/supervised.ts'
import { CommandScoring, MODEL_FOLDER, SCORING_FILE } from '../data/command-model.ts'
import { type Frame, findColumn, frame } from '../data/frame.ts'
import type { Scores } from '../data/labels.ts'
import { scoresPerRow, type Task } from '../data/schema.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { matchColumns } from './match-columns.ts'
import type { CommandWorld, Scorer, ScoringWorld } from './runtime.ts'

const SCORE_COLUMN = 'score'
const LOG_BYTES = 1024 * 1024
const GRACE_MS = 2000

/**
 * Makes a model ready that a command of its own scores. Its files are laid out in a fresh folder, each rows are handed over
 * as a file, and the command answers with a file of scores: column `score` (P(positive) or the value), or one column a
 * class. It runs under the same supervision as a training.
 * @throws Fault ARTIFACT_CORRUPT when the bytes are not such a model
 */
export async function loadCommand(artifact: Uint8Array, given: ScoringWorld): Promise<Scorer> {
  const { header, payload } = decodeArtifact(artifact)
  const { command } = given
  assert(command !== undefined, 'a model that a command scores needs a world to run it in')
  const world = { ...given, command }
  const files = unpackFiles(payload)
  const scoring = scoringIn(files.get(SCORING_FILE))
  const folder = await mkdtemp(join(tmpdir(), 'keepfit-model-'))
  const removed = () => rm(folder, { recursive: true, force: true }).catch(() => {})
  try {
    for (const [name, bytes] of files) {
      if (!name.startsWith(MODEL_FOLDER)) continue
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), bytes)
    }
  } catch (error) {
    // What did fit on a full disk must not stay there.
    await removed()
    throw error
  }
  let isOpen = true
  let asked = 0
  return {
    task: header.task,
    features: header.features,
    async score(rows) {
      assert(isOpen, 'a closed model was asked to score')
      if (rows.rows === 0) return new Float32Array(0)
      const workFolder = join(folder, `rows-${++asked}`)
      await mkdir(workFolder)
      try {
        const table = frame(matchColumns(rows, header.features))
        return await scored({
          given: table,
          task: header.task,
          scoring,
          modelFolder: join(folder, MODEL_FOLDER),
          workFolder,
          world,
        })
      } finally {
        await rm(workFolder, { recursive: true, force: true })
      }
    },
    close() {
      isOpen = false
      void removed()
    },
  }
}

interface Asked {
  readonly given: Frame
  readonly task: Task
  readonly scoring: CommandScoring
  readonly modelFolder: string
  readonly workFolder: string
  readonly world: ScoringWorld & { command: CommandWorld }
}

async function scored({ given, task, scoring, modelFolder, workFolder, world }: Asked): Promise<Scores> {
  const { baseFolder, supervise, writeFrame, readFrame } = world.command
  const data = join(workFolder, `data.${scoring.format}`)
  const scores = join(workFolder, `scores.${scoring.format}`)
  await writeFrame(given, data, scoring.format)
  const environment = world.environment ?? {}
  const argv = fillIn(
    withPaths(scoring.argv, (relative) => fileUnder(baseFolder, relative)),
    { model: modelFolder, data, 'data.csv': data, 'data.parquet': data, scores },
  )
  const outcome = await supervise(
    {
      argv,
      workFolder,
      cwd: scoring.workingFolder === null ? workFolder : resolve(baseFolder, scoring.workingFolder),
      env: environmentOf(environment, {
        passed: [...scoring.passEnv, ...scoring.secrets],
        set: { ...scoring.env, KEEPFIT_MODEL_DIR: modelFolder, KEEPFIT_DATA_FILE: data, KEEPFIT_SCORES_FILE: scores },
      }),
      secrets: scoring.secrets.flatMap((name) => environment[name] ?? []),
      limits: { wallMs: scoring.limitMs, memoryBytes: scoring.memoryBytes, graceMs: GRACE_MS, logBytes: LOG_BYTES },
      runKey: randomUUID(),
    },
    {},
    world.signal ?? new AbortController().signal,
  )
  if (outcome.why !== 'ended' || outcome.exitCode !== 0) throw failed(whyNot(outcome, argv[0] ?? ''))
  if (statSync(scores, { throwIfNoEntry: false })?.isFile() !== true)
    throw failed(`the scoring command ended well but wrote no scores to {scores}`)
  const columns = task.kind === 'multiclass' ? task.classes : [SCORE_COLUMN]
  const answer = await readFrame(
    scores,
    columns.map((name) => ({ name, kind: 'numeric' as const })),
  )
  return scoresIn(answer, { task, columns, rows: given.rows })
}

function scoresIn(
  answer: Frame,
  { task, columns, rows }: { task: Task; columns: readonly string[]; rows: number },
): Scores {
  if (answer.rows !== rows) throw failed(`the scoring command gave ${answer.rows} scores for ${rows} rows`)
  const width = scoresPerRow(task)
  const scores = new Float32Array(rows * width)
  for (const [at, name] of columns.entries()) {
    const column = findColumn(answer, name)
    if (column?.kind !== 'numeric') throw failed(`the scores have no column '${name}' of numbers`)
    for (let row = 0; row < rows; row++) {
      const value = column.values[row] ?? Number.NaN
      if (!Number.isFinite(value))
        throw failed(`the scoring command gave no finite number for row ${row}, column '${name}'`)
      if (task.kind !== 'regression' && (value < 0 || value > 1))
        throw failed(`the scoring command gave ${value} for row ${row}; a probability is between 0 and 1`)
      scores[row * width + at] = value
    }
  }
  return scores
}

function whyNot(
  { why, exitCode, signal, startError, stderrTail, stdoutTail }: SupervisedOutcome,
  program: string,
): string {
  const said = (stderrTail || stdoutTail).split('\n').slice(-3).join('\n')
  const lines = said === '' ? '' : `; its last lines:\n${said}`
  if (why === 'not-started') return `the scoring command '${program}' cannot be started: ${startError}`
  if (why !== 'ended') return `the scoring command '${program}' was ended: ${why}${lines}`
  return `the scoring command '${program}' ended with ${signal ?? `exit code ${exitCode}`}${lines}`
}

function scoringIn(bytes: Uint8Array | undefined): CommandScoring {
  try {
    return CommandScoring.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (error) {
    throw new Fault('ARTIFACT_CORRUPT', 'the model does not say how it is scored', {}, error)
  }
}

function failed(message: string): Fault {
  return new Fault('SCORING_FAILED', message)
}
