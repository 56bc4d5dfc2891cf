import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { type Workshop, workshop } from '../../test/support/command-trainer.ts'
import { expected, numbers, onnxFile, PAIR, rowsOf } from '../../test/support/onnx.ts'
import { Fault } from '../base/fault.ts'
import type { Task } from '../data/schema.ts'
import { decodeArtifact } from '../models/artifact.ts'

const shops: Workshop[] = []
afterEach(() => {
  for (const one of shops.splice(0)) one.remove()
})

/** A training that leaves this file, and these classes where some are given. */
function train(file: Uint8Array, { task = PAIR, classes }: { task?: Task; classes?: unknown } = {}) {
  const body = `import shutil, sys
made, out = sys.argv[1:]
shutil.copy(made, out + '/model.onnx')
${classes === undefined ? '' : `open(out + '/classes.json', 'w').write('''${JSON.stringify(classes)}''')`}`
  const shop = workshop({ 'train.py': body })
  shops.push(shop)
  writeFileSync(join(shop.baseFolder, 'made.onnx'), file)
  const options = { command: ['python3', 'train.py', './made.onnx', '{output}'], score: undefined, minRows: 10 }
  const features = rowsOf(expected('forest-pair').rows)
  const labels = Float64Array.from({ length: features.rows }, (_, row) => row % 2)
  return { shop, trained: shop.train(options, { task, features, labels, seed: 1, labelName: 'left' }) }
}

async function causeOf(work: Promise<unknown>): Promise<{ cause: unknown; message: string }> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (!(error instanceof Fault) || error.code !== 'TRAINING_FAILED') return expect.unreachable(String(error))
  return { cause: error.details['cause'], message: error.message }
}

describe('a command that leaves model.onnx', () => {
  test('has trained a version that says what scikit-learn says', async () => {
    const { shop, trained } = train(onnxFile('forest-pair'))
    const { artifact } = await trained
    const { header, payload } = decodeArtifact(artifact)
    expect(header).toMatchObject({ learner: 'onnx', features: numbers(3), modelClasses: ['no', 'yes'], givenRows: 12 })
    expect([...payload]).toEqual([...onnxFile('forest-pair')])
    const { rows, said } = expected('forest-pair')
    const scores = await shop.score(artifact, rowsOf(rows))
    for (const [row, pair] of said.entries()) expect(scores[row]).toBeCloseTo((pair as number[])[1] as number, 4)
  })

  test('keeps the order that its file names, also where the task has another', async () => {
    const { artifact } = await train(onnxFile('forest-pair'), { task: { kind: 'binary', classes: ['yes', 'no'] } })
      .trained
    expect(decodeArtifact(artifact).header.modelClasses).toEqual(['no', 'yes'])
  })

  test('names the order itself where the file names numbers only', async () => {
    const task: Task = { kind: 'binary', classes: ['stays', 'leaves'] }
    const ordered = await train(onnxFile('sigmoid'), { task, classes: ['stays', 'leaves'] }).trained
    expect(decodeArtifact(ordered.artifact).header.modelClasses).toEqual(['stays', 'leaves'])
    const sorted = await train(onnxFile('sigmoid'), { task }).trained
    expect(decodeArtifact(sorted.artifact).header.modelClasses).toEqual(['leaves', 'stays'])
  })

  test('has failed where its classes are not those of the task, or two say different things of them', async () => {
    const contradiction = await causeOf(train(onnxFile('forest-pair'), { classes: ['yes', 'no'] }).trained)
    expect(contradiction).toEqual({ cause: 'bad-output', message: expect.stringContaining("'no', 'yes'") })
    const list = await causeOf(train(onnxFile('forest-pair'), { classes: { no: 0 } }).trained)
    expect(list).toEqual({ cause: 'bad-output', message: expect.stringContaining('classes.json') })
    const three = await causeOf(train(onnxFile('forest-three')).trained)
    expect(three.cause).toBe('bad-output')
  })

  test('has failed with weights in other files, or half a model', async () => {
    expect((await causeOf(train(onnxFile('outside')).trained)).cause).toBe('bad-output')
    expect((await causeOf(train(onnxFile('forest-pair').slice(0, -7)).trained)).cause).toBe('no-artifact')
  })
})
