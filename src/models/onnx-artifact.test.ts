import { describe, expect, test } from 'vitest'
import { artifactOf, numbers, onnxFile, PAIR } from '../../test/support/onnx.ts'
import type { Task } from '../data/schema.ts'
import { decodeArtifact } from './artifact.ts'
import { onnxArtifact } from './onnx-artifact.ts'

const THREE: Task = { kind: 'multiclass', classes: ['10', '0', '5'] }
const classesOf = (artifact: Uint8Array) => decodeArtifact(artifact).header.modelClasses

describe('an ONNX model as an artifact', () => {
  test('keeps the very file, and says that nobody knows its rows', () => {
    const bytes = onnxFile('forest-pair')
    const { header, payload } = decodeArtifact(onnxArtifact({ bytes, task: PAIR, features: numbers(3) }))
    expect(payload).toEqual(bytes)
    expect(header).toMatchObject({ learner: 'onnx', givenRows: null, trainedRows: null, features: numbers(3) })
    const known = decodeArtifact(artifactOf('forest-pair', { givenRows: 9, trainedRows: 8 })).header
    expect(known).toMatchObject({ givenRows: 9, trainedRows: 8 })
  })

  test('takes its classes in the order that the file names', () => {
    const turned: Task = { kind: 'binary', classes: ['yes', 'no'] }
    expect(classesOf(artifactOf('forest-pair', { task: turned }))).toEqual(['no', 'yes'])
    expect(classesOf(artifactOf('forest-three', { task: THREE }))).toEqual(['0', '5', '10'])
  })

  test('takes the classes of the task, sorted as numpy sorts, where the file names none that the task knows', () => {
    const task: Task = { kind: 'multiclass', classes: ['b', 'ä', 'a', 'B'] }
    expect(classesOf(artifactOf('sigmoid', { task }))).toEqual(['B', 'a', 'b', 'ä'])
    const numbered: Task = { kind: 'multiclass', classes: ['10', '9', '-1'] }
    expect(classesOf(artifactOf('sigmoid', { task: numbered }))).toEqual(['-1', '9', '10'])
    const encoded: Task = { kind: 'multiclass', classes: ['red', 'green', 'blue'] }
    expect(classesOf(artifactOf('forest-three', { task: encoded }))).toEqual(['blue', 'green', 'red'])
    expect(classesOf(artifactOf('sigmoid', { task: PAIR, modelClasses: ['yes', 'no'] }))).toEqual(['yes', 'no'])
    expect(classesOf(artifactOf('forest-value', { task: { kind: 'regression' } }))).toEqual([])
  })

  test('may know fewer classes than the task, and then has to say which', () => {
    const task: Task = { kind: 'multiclass', classes: ['maybe', 'no', 'yes'] }
    expect(classesOf(artifactOf('forest-pair', { task }))).toEqual(['no', 'yes'])
    const four: Task = { kind: 'multiclass', classes: ['a', 'b', 'c', 'd'] }
    expect(() => artifactOf('forest-three', { task: four })).toThrow(/tells 3 classes apart.*modelClasses/)
    expect(classesOf(artifactOf('forest-three', { task: four, modelClasses: ['a', 'c', 'd'] }))).toEqual([
      'a',
      'c',
      'd',
    ])
  })

  test('is refused when what is said of its classes cannot be', () => {
    expect(() => artifactOf('forest-pair', { modelClasses: ['yes', 'no'] })).toThrow(
      /'no', 'yes'; it was said.*'yes', 'no'/,
    )
    expect(() => artifactOf('sigmoid', { modelClasses: ['yes', 'perhaps'] })).toThrow(/class 'perhaps'/)
    expect(() => artifactOf('sigmoid', { modelClasses: ['yes', 'yes'] })).toThrow(/twice/)
    expect(() => artifactOf('sigmoid', { modelClasses: ['yes'] })).toThrow(/two classes at least/)
    expect(() => artifactOf('outside')).toThrow(/another file/)
  })
})
