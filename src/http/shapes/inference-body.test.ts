import { describe, expect, it, test } from 'vitest'
import { requestRows, responseRows } from './inference-body.ts'

const tensor = (name: string, shape: readonly number[], data: unknown, datatype = 'FP64') => ({
  name,
  shape,
  datatype,
  data,
})

describe('requestRows', () => {
  it('reads named instances (v1), row by row', () => {
    const rows = [
      { age: 30, city: 'Ulm' },
      { age: 40, city: null },
    ]
    expect(requestRows({ instances: rows }, null)).toEqual(rows)
  })

  it('names lists as the configuration does, in its order; a bare value is a list of one', () => {
    expect(requestRows({ instances: [[1, 'x']] }, ['b', 'a'])).toEqual([{ b: 1, a: 'x' }])
    expect(requestRows({ instances: [7, 8] }, ['only'])).toEqual([{ only: 7 }, { only: 8 }])
  })

  it('reads named inputs (v2), flat or nested, one column each', () => {
    const inputs = [
      tensor('age', [2, 1], [30, 40]),
      tensor('city', [2], ['Ulm', 'Bonn'], 'BYTES'),
      tensor('member', [2, 1], [[0], [1]], 'BOOL'),
    ]
    expect(requestRows({ id: 'x', inputs }, null)).toEqual([
      { age: 30, city: 'Ulm', member: false },
      { age: 40, city: 'Bonn', member: true },
    ])
  })

  it('names the columns of a single tensor as the configuration does', () => {
    const flat = tensor('input-0', [2, 2], [1, 2, 3, 4], 'FP32')
    const nested = {
      ...flat,
      data: [
        [1, 2],
        [3, 4],
      ],
    }
    const rows = [
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]
    expect(requestRows({ inputs: [flat] }, ['a', 'b'])).toEqual(rows)
    expect(requestRows({ inputs: [nested] }, ['a', 'b'])).toEqual(rows)
    expect(() => requestRows({ inputs: [flat] }, null)).toThrow("the input 'input-0' is a list of 2 values without")
  })

  test.each([
    [{ inputs: [] }, "'inputs' of an inference request must not be empty"],
    [{ inputs: [tensor('a', [2], [1])] }, "'a' has the shape [2], but 1 values"],
    [{ inputs: [tensor('a', [1, 2], [1, 2]), tensor('b', [1], [1])] }, "the input 'a' has 2 columns"],
    [{ inputs: [tensor('a', [1], [1]), tensor('b', [2], [1, 2])] }, "the input 'b' has 2 rows, 'a' has 1"],
    [{ inputs: [{ name: 'a', shape: [1], datatype: 'FP32' }] }, 'binary tensors are not read'],
    [{ inputs: [{ name: 'a', data: [1] }] }, "'shape' of 'a' must be a list of whole numbers"],
    [[1], 'the body of an inference request must be a JSON object'],
  ])('refuses %j', (body, message) => {
    expect(() => requestRows(body, null)).toThrow(message)
  })
})

describe('responseRows', () => {
  it('reads predictions (v1): numbers, one probability a class; the name of a class is no score', () => {
    expect(responseRows({ predictions: [0.3, [0.2, 0.8], { yes: 0.9, no: 0.1 }, 'yes', []] })).toEqual([
      0.3,
      [0.2, 0.8],
      { yes: 0.9, no: 0.1 },
      null,
      null,
    ])
  })

  it('reads of several outputs (v2) the probabilities, else the first of numbers', () => {
    const label = tensor('label', [2], [0, 1], 'INT64')
    const sure = tensor('probabilities', [2, 2], [0.9, 0.1, 0.2, 0.8], 'FP32')
    const words = tensor('class', [2], ['no', 'yes'], 'BYTES')
    const rows = [
      [0.9, 0.1],
      [0.2, 0.8],
    ]
    expect(responseRows({ model_name: 'm', outputs: [label, sure] })).toEqual(rows)
    expect(responseRows({ outputs: [words, label] })).toEqual([0, 1])
    expect(responseRows({ outputs: [words] })).toEqual([null, null])
    expect(responseRows({ outputs: [tensor('predict', [2, 1], [[0.5], [0.6]])] })).toEqual([0.5, 0.6])
  })

  it('refuses what is neither', () => {
    expect(() => responseRows({ error: 'x' })).toThrow("must have a list 'predictions' (v1) or 'outputs' (v2)")
    expect(() => responseRows({ outputs: [] })).toThrow('must not be empty')
  })
})
