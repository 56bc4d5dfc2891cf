import { assert } from '../base/assert.ts'
import { Fault } from '../base/fault.ts'
import { sliceRows } from '../data/frame.ts'
import { scoresPerRow } from '../data/schema.ts'
import { decodeArtifact } from '../models/artifact.ts'
import { readAnswer } from './http-answer.ts'
import { exchange } from './http-exchange.ts'
import { requestBody, requestUrl } from './http-request.ts'
import { httpScorerIn } from './http-scorer.ts'
import { matchColumns } from './match-columns.ts'
import { placeScores } from './place-scores.ts'
import type { Scorer, ScoringWorld } from './runtime.ts'

/** A double takes 25 characters with its comma; the rest is room for indentation and names. */
const BYTES_A_SCORE = 100
const BYTES_BESIDE = 64 * 1024

/**
 * Scores with a service of the user's: batch after batch, one request at a time. Opening asks it nothing.
 * @throws Fault ARTIFACT_CORRUPT when the artifact holds no address · CONFIG_INVALID when its token is not in the
 * environment
 */
export function loadHttp(artifact: Uint8Array, world: ScoringWorld): Scorer {
  const { header, payload } = decodeArtifact(artifact)
  const { task, features, modelClasses } = header
  const scorer = httpScorerIn(payload)
  const url = requestUrl(scorer)
  const token = tokenOf(scorer.tokenVariable, world)
  let isOpen = true
  return {
    task,
    features,
    async score(frame) {
      assert(isOpen, 'a closed model was asked to score')
      const all = { rows: frame.rows, columns: matchColumns(frame, features) }
      const scores = new Float32Array(frame.rows * scoresPerRow(task))
      for (let from = 0; from < frame.rows; from += scorer.batchRows) {
        const { rows, columns } = sliceRows(all, from, Math.min(frame.rows, from + scorer.batchRows))
        const text = await exchange({
          url,
          body: requestBody(scorer, { columns, rows, from }),
          scorer,
          token,
          mostBytes: BYTES_BESIDE + rows * Math.max(1, modelClasses.length) * BYTES_A_SCORE,
          fetch: world.fetch ?? globalThis.fetch,
          signal: world.signal,
        })
        const said = readAnswer(text, scorer, { task, modelClasses, rows, from })
        placeScores({ said, task, modelClasses, rows, scores, from })
      }
      return scores
    },
    close() {
      isOpen = false
    },
  }
}

function tokenOf(variable: string | undefined, { environment = {} }: ScoringWorld): string | undefined {
  if (variable === undefined) return undefined
  const token = environment[variable]
  const what = `the environment variable ${variable}, the token of the HTTP scorer,`
  if (!token) throw new Fault('CONFIG_INVALID', `${what} is not set`)
  // Nothing of it is shown, not even what is wrong with it.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Fault('CONFIG_INVALID', `${what} must be printable ASCII without spaces`)
  return token
}
