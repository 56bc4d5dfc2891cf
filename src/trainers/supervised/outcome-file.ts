import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { SupervisedOutcome } from '../../base/supervised.ts'

export const OUTCOME_FILE = 'outcome.json'

const OutcomeShape = z.strictObject({
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  why: z.enum(['ended', 'timeout', 'memory', 'cancelled', 'owner-died', 'not-started']),
  startError: z.string().nullable(),
  startedAt: z.number(),
  endedAt: z.number(),
  peakRssBytes: z.number(),
  cpuMs: z.number(),
  stdoutTail: z.string(),
  stderrTail: z.string(),
})

/** Writes the outcome so that it is there whole, or not at all, whatever is switched off when. */
export function writeOutcome(workFolder: string, outcome: SupervisedOutcome): void {
  const path = join(workFolder, OUTCOME_FILE)
  const file = openSync(`${path}.part`, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify(outcome)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.part`, path)
  const folder = openSync(workFolder, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** How a command ended, by the file in its work folder; null while there is none that can be read. */
export function readOutcome(workFolder: string): SupervisedOutcome | null {
  try {
    const parsed = OutcomeShape.safeParse(JSON.parse(readFileSync(join(workFolder, OUTCOME_FILE), 'utf8')))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
