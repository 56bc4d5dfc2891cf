import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { artifactOf, expected, numbers, PAIR, rowsOf } from '../../test/support/onnx.ts'
import { openScorer } from '../runtimes/catalog.ts'
import { openModelPool } from './model-pool.ts'

const artifact = artifactOf('forest-pair', { features: numbers(3) })
const features = rowsOf(expected('forest-pair').rows)
const stream = { task: PAIR, features, labels: new Float64Array(features.rows) }

describe('an ONNX model in worker threads', () => {
  test('scores as in this thread, in two at once, and again in the threads that come after them', async () => {
    const scorer = await openScorer(artifact)
    const here = [...(await scorer.score(features))]
    scorer.close()
    for (let round = 0; round < 2; round++) {
      const pool = openModelPool({ ...stream, workers: 2 })
      const all = await Promise.all(
        Array.from({ length: 20 }, () => pool.score({ artifact, from: 0, to: features.rows })),
      )
      await pool.close()
      for (const scores of all) expect([...scores]).toEqual(here)
    }
  })

  test('lets the process end as it should', async () => {
    // Native libraries that are unloaded with a thread have ended processes with a signal.
    const script = `
      import { openModelPool } from './dist/app/model-pool.js'
      const { artifact, rows } = JSON.parse(process.argv[1])
      const numbers = (i) => ({ kind: 'numeric', name: 'x' + i, missing: new Uint8Array(rows.length),
        values: Float64Array.from(rows, (row) => row[i]) })
      const features = { rows: rows.length, columns: [0, 1, 2].map(numbers) }
      const task = { kind: 'binary', classes: ['no', 'yes'] }
      const pool = openModelPool({ task, features, labels: new Float64Array(rows.length), workers: 2 })
      const job = { artifact: new Uint8Array(Buffer.from(artifact, 'base64')), from: 0, to: rows.length }
      const [scores] = await Promise.all([pool.score(job), pool.score(job)])
      await pool.close()
      console.log(scores.length)`
    const given = JSON.stringify({
      artifact: Buffer.from(artifact).toString('base64'),
      rows: expected('forest-pair').rows,
    })
    const root = new URL('../..', import.meta.url).pathname
    const args = ['--input-type=module', '-e', script, given]
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root })
    expect({ stdout, stderr }).toEqual({ stdout: `${features.rows}\n`, stderr: '' })
  })
})
