import { describe, expect, test } from 'vitest'
import { onnxFile } from '../../test/support/onnx.ts'
import { Fault } from '../base/fault.ts'
import { seededRng } from '../base/rng.ts'
import { readOnnxFile } from './onnx-file.ts'

function messageOf(bytes: Uint8Array): string {
  try {
    readOnnxFile(bytes)
    return 'read'
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'ARTIFACT_CORRUPT') throw error
    return error.message
  }
}

describe('an ONNX file', () => {
  test('says who made it, for which operators, and which classes it knows', () => {
    expect(readOnnxFile(onnxFile('forest-pair'))).toEqual({
      opsets: { '': 17, 'ai.onnx.ml': 1 },
      producer: 'skl2onnx 1.20.0',
      classes: ['no', 'yes'],
    })
    expect(readOnnxFile(onnxFile('forest-three')).classes).toEqual(['0', '5', '10'])
    expect(readOnnxFile(onnxFile('forest-value')).classes).toBeNull()
    expect(readOnnxFile(onnxFile('columns')).classes).toEqual(['leaves', 'stays'])
    expect(readOnnxFile(onnxFile('future')).opsets).toEqual({ '': 900 })
  })

  test('with weights in another file is refused, also when a branch hides them', () => {
    expect(messageOf(onnxFile('outside'))).toMatch(/weights are in another file.*save_as_external_data=False/)
    expect(messageOf(onnxFile('outside-branch'))).toContain('another file')
    expect(messageOf(onnxFile('sigmoid'))).toBe('read')
  })

  test('cut short anywhere, or no ONNX at all, is refused in words', () => {
    const bytes = onnxFile('sigmoid')
    for (let length = 0; length < bytes.length; length++) {
      // A cut between the graph and what follows leaves a whole file of fewer fields; those name no operators.
      expect(messageOf(bytes.subarray(0, length)), `${length} bytes`).toContain('not an ONNX file')
    }
    expect(messageOf(new TextEncoder().encode('{"not": "a model"}'))).toContain('not an ONNX file')
    expect(messageOf(new Uint8Array([0x80, 5, 149]))).toContain('not an ONNX file')
  })

  test('of any bytes at all is read or refused, in bounded time', () => {
    const rng = seededRng(11)
    const bytes = onnxFile('columns')
    for (let round = 0; round < 3000; round++) {
      const broken = Uint8Array.from(bytes)
      for (let i = 0; i < 3; i++) broken[Math.floor(rng() * broken.length)] = Math.floor(rng() * 256)
      expect(messageOf(broken)).toMatch(/^read$|^the ONNX model cannot be used/)
    }
  })

  test('of graphs within graphs without end is refused', () => {
    const wrapped = (bytes: number[], key: number): number[] => {
      const size: number[] = []
      for (let rest = bytes.length; ; rest >>= 7) {
        size.push(rest > 127 ? (rest & 127) | 128 : rest)
        if (rest <= 127) break
      }
      return [key, ...size, ...bytes]
    }
    // node (1) of graph · attribute (5) of node · graph (6) of attribute
    let graph: number[] = []
    for (let i = 0; i < 60; i++) graph = wrapped(wrapped(wrapped(graph, 6 * 8 + 2), 5 * 8 + 2), 8 + 2)
    expect(messageOf(Uint8Array.from(wrapped(graph, 7 * 8 + 2)))).toContain('within each other')
  })
})
